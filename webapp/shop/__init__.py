"""The satisfaction dashboard: counts from stations, kept, summed and shown to who may see them."""
