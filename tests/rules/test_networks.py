import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.rules.networks import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:7:1::5", "2001:db8:7::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("::1", "::/48"),
        ("", ""),
        ("unknown", ""),
        ("203.0.113.77:8000", ""),
        ("203.0.113.0/24", ""),
    ],
)
def test_network_of_an_address(address, network):
    assert network_of(address) == network


@given(st.ip_addresses())
def test_network_holds_the_address_and_is_one_of_its_neighbours_too(address):
    network = ipaddress.ip_network(network_of(str(address)))
    address = getattr(address, "ipv4_mapped", None) or address

    assert address in network
    assert {network_of(str(network[0])), network_of(str(network[-1]))} == {str(network)}
