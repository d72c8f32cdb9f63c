"""From where an answer came, as far as anybody needs to know."""

from ipaddress import IPv6Address, ip_address, ip_network

KEPT_BITS = {4: 24, 6: 48}  # of an address, by the version of its protocol


def network_of(address: str) -> str:
    """The network of an address, such as 203.0.113.0/24 or 2001:db8:7::/48; "" for what is no address.

    The rest, which would point at one household or one person, is left out.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    return str(ip_network((ip, KEPT_BITS[ip.version]), strict=False))
