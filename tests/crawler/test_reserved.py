"""Addresses that a crawl never connects to: IANA's registries of special-purpose addresses, block by block."""

from ipaddress import ip_address, ip_network

import pytest

from crawler.fetch.guard import is_private
from crawler.fetch.reserved import is_public

IPV4_REGISTRY = (
    *("0.0.0.0/8", "0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.0.0/29", "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32", "192.0.0.170/31"),
    *("192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.88.99.2/32", "192.168.0.0/16"),
    *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "255.255.255.255/32"),
)
IPV6_REGISTRY = (
    *("::1/128", "::/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64"),
    *("2001::/23", "2001::/32", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:2::/48", "2001:3::/32"),
    *("2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28", "2001:db8::/32", "2002::/16"),
    *("2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
)
OTHERS = ("224.0.0.0/4", "::/96", "fec0::/10", "ff00::/8", "4000::/2")
"""Multicast, IPv4-compatible, site-local, and what is not given out."""
NEIGHBOURS = (
    *("1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0"),
    *("169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0"),
    *("192.31.195.255", "192.31.197.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0"),
    *("198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0"),
    *("223.255.255.255", "113.160.92.202", "2000::", "2001:200::", "2001:db7:ffff::1", "2001:db9::", "2003::"),
    *("2001:ffff::1", "2402:800::1", "2620:4f:7fff::1", "2620:4f:8001::", "3ffe:ffff::1", "3fff:1000::"),
)


@pytest.mark.parametrize("block", [*IPV4_REGISTRY, *IPV6_REGISTRY, *OTHERS])
def test_no_address_of_a_special_block_is_public(block: str) -> None:
    network = ip_network(block)
    first, last = int(network.network_address), int(network.broadcast_address)
    for number in (first, (first + last) // 2, last):
        address = str(type(network.network_address)(number))
        assert not is_public(address), address
        assert is_private(f"http://[{address}]/" if ":" in address else f"http://{address}/")


@pytest.mark.parametrize("address", NEIGHBOURS)
def test_its_neighbours_are(address: str) -> None:
    assert is_public(address)
    assert ip_address(address).is_global, "the interpreter agrees"


@pytest.mark.parametrize(
    "address", ["fe80::1%eth0", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"]
)
def test_an_address_within_another_is_not_looked_for(address: str) -> None:
    assert not is_public(address)
