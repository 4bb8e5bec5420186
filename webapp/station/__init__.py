"""A station that the server plays for a camera by address or a video file: the twin of static/js/pages/station.js."""
