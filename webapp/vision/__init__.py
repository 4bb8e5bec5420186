"""What happens between a picture and its faces: the server's twin of static/js/core and static/js/vision."""
