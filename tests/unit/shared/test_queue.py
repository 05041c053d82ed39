"""Web and worker read one address of Redis, each by another library."""

import pytest
from redis.asyncio.connection import SSLConnection

from survey_app.shared import queue
from survey_app.shared.errors import ServiceError


@pytest.fixture(autouse=True)
def as_before(monkeypatch):
    monkeypatch.setattr(queue, "_state", dict(queue._state))


@pytest.mark.parametrize(
    "url",
    [
        "redis://queue:6380/3",
        "redis://worker:p%40ss%3Aw%2F%C3%B8@queue",
        "rediss://:p%40ss@queue:6380/3?ssl_ca_certs=/etc/agency.pem&ssl_check_hostname=true",
        "rediss://queue?ssl_ca_data=PEM&ssl_cert_reqs=optional",
        "unix://:secret@/run/a%20queue.sock?db=2",
    ],
)
def test_a_worker_reads_the_address_of_the_queue_as_web_does(url):
    queue.configure(url)
    pool = queue.redis_client().connection_pool
    web, worker = pool.connection_kwargs, queue.redis_settings()
    assert worker.password == web.get("password")
    assert worker.username == web.get("username")
    assert worker.database == web.get("db", 0)
    assert worker.unix_socket_path == web.get("path")
    if not worker.unix_socket_path:
        assert (worker.host, worker.port) == (web["host"], web.get("port", 6379))
    assert worker.ssl is (pool.connection_class is SSLConnection)
    assert worker.ssl_ca_certs == web.get("ssl_ca_certs")
    assert worker.ssl_ca_data == web.get("ssl_ca_data")
    assert worker.ssl_cert_reqs == web.get("ssl_cert_reqs", "required")
    assert worker.ssl_check_hostname == web.get("ssl_check_hostname", False)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("rediss://queue?ssl_ca_cert=/etc/agency.pem", "there is no option ssl_ca_cert$"),
        ("redis://:hem/lig@queue:6379/0", "cannot be read: signs such as"),
        ("redis://queue:6379/0?db=first", "port and database are numbers"),
        ("rediss://queue?ssl_cert_reqs=never", "each option has a value of its kind"),
        ("redis://:hemlig@queue?retry=3", "each option has a value of its kind"),
        ("redis://queue?protocol=resp3", "each option has a value of its kind"),
        ("redis://queue:6379/first", "port and database are numbers"),
    ],
)
def test_an_address_of_the_queue_that_cannot_be_read_is_told_without_its_password(url, told):
    with pytest.raises(ServiceError, match=told) as refused:
        queue.configure(url)
    assert "hem" not in str(refused.value)
