"""Every link of the room leads somewhere."""

import re
from html import unescape

import pytest

from tests.publish.newsroom import EDITED
from tests.served import ask, get

GONE = f"/article/{EDITED.uid}"


@pytest.mark.parametrize("path", ["/", "/search?q=hop+tac+xa&sort=newest&page=2", GONE, f"{GONE}/versions?view=two"])
def test_no_link_on_a_page_is_broken(port: int, path: str) -> None:
    text = get(port, path)[2]
    found = {unescape(link) for link in re.findall(r'(?:href|src|action)="(/[^"#]*)', text)}
    assert len(found) > 12
    assert {link for link in found if ask(port, link, {}).status >= 400} == set()
    targets = set(re.findall(r'href="[^"]*#([^"]+)"', text))
    assert {target for target in targets if f'id="{target}"' not in text and target != "diff"} == set()
