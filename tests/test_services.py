"""The services that other tests rely on answer, and are gone afterwards."""

import socket
import urllib.request
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from tests.services import free_port, nginx, redis_server


def test_redis_answers_and_is_gone_afterwards() -> None:
    with redis_server() as url, redis.Redis.from_url(url) as client:
        assert client.ping()

    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)):
        pass


def test_nginx_answers_as_configured() -> None:
    port = free_port()

    with (
        nginx(f'server {{ listen 127.0.0.1:{port}; location / {{ return 200 "hello"; }} }}'),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer,
    ):
        assert answer.read() == b"hello"


def test_postgresql_answers(postgres_server: str) -> None:
    with psycopg.connect(f"{postgres_server}/postgres") as connection:
        assert connection.execute("select 40 + 2").fetchone() == (42,)
