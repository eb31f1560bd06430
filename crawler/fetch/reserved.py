"""Which numeric addresses are public: our own list, because that of Python differs between versions.

`ipaddress.is_global` calls NAT64, 6to4, `::/96` and site-local addresses public. But each of them leads to an IPv4 or
local address that nobody has checked.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address

_IPV4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by the customers of a provider
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, and the metadata of cloud machines
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnels
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
"""IANA's IPv4 special-purpose registry, and multicast. No outlet's web server is in a block that the registry calls
reachable, so these are refused too."""

_UNICAST = IPv6Network("2000::/3")
"""All blocks that IANA assigns for public use. Outside of it are loopback, IPv4 within IPv6, NAT64 (64:ff9b::/96 and
64:ff9b:1::/48), discard-only, unique local, link-local, site-local and multicast addresses."""
_IPV6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, Teredo (2001::/32) among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: an IPv4 address within
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
"""IANA's IPv6 special-purpose registry within `_UNICAST`."""


def is_public(address: str) -> bool:
    """Return whether a numeric address is one of the public network; ValueError if it is no address."""
    found = ip_address(address.partition("%")[0])
    if found.version == 4:
        return not any(found in block for block in _IPV4)
    return found in _UNICAST and not any(found in block for block in _IPV6)
