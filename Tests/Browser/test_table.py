"""The table itself with more rows than a school has: few are drawn, all can be reached."""

import pytest
from playwright.sync_api import expect

ROWS = 5_000

DRAW = """async (rows) => {
    const app = document.querySelector('script[type=module]').src;
    const [{ html, render }, { Table }] = await Promise.all([
        import(new URL('lib/ui.js', app)), import(new URL('lib/table.js', app)),
    ]);
    const data = Array.from({ length: rows }, (_, i) => ({ id: i, name: `Row ${String(i).padStart(5, '0')}`, score: (i * 7919) % rows }));
    const columns = [
        { id: 'name', title: 'Name', width: 12, header: true, key: (r) => r.name,
          cell: (r, tabIndex) => html`<a href="#x" tabIndex=${tabIndex} data-control="name">${r.name}</a>` },
        { id: 'score', title: 'Score', width: 8, numeric: true, key: (r) => r.score },
    ];
    const place = document.createElement('div');
    document.querySelector('main').append(place);
    render(html`<${Table} label="Many" rows=${data} columns=${columns} sort=${{ column: 'name', direction: 'ascending' }}
        rowKey=${(r) => r.id} />`, place);
}"""


@pytest.fixture
def table(visit):
    visitor = visit("School Admin")
    visitor.page.evaluate(DRAW, ROWS)
    found = visitor.page.get_by_role("table", name="Many")
    expect(found).to_be_visible()
    expect(found.locator("tr[data-row]").nth(110)).to_have_count(0)
    return visitor, found


def test_only_rows_in_sight_are_drawn(table):
    visitor, found = table
    expect(found).to_have_attribute("aria-rowcount", str(ROWS + 1))
    assert found.locator("tr[data-row]").count() < 120
    region = visitor.page.get_by_role("region", name="Many")
    region.evaluate("e => { e.scrollTop = e.scrollHeight }")
    expect(found.get_by_role("rowheader", name=f"Row {ROWS - 1:05}")).to_be_visible()
    expect(found.locator("tr[data-row]").last).to_have_attribute("aria-rowindex", str(ROWS + 1))
    assert found.locator("tr[data-row]").count() < 120
    visitor.axe()


def test_keys_reach_every_row(table):
    visitor, found = table
    keys = visitor.page.keyboard
    found.get_by_role("link", name="Row 00000").focus()
    focused = visitor.page.locator("a:focus")
    for key, expected in [("ArrowDown", 1), ("PageDown", 11), ("End", ROWS - 1), ("ArrowUp", ROWS - 2), ("Home", 0)]:
        keys.press(key)
        expect(focused).to_have_text(f"Row {expected:05}")
    # One stop for Tab: out of the table, not to the next row.
    assert found.locator("a[tabindex='0']").count() == 1


def test_sorting_is_over_all_rows(table):
    _, found = table
    button = found.get_by_role("button", name="Score")
    button.click()
    expect(found.locator("tr[data-row='0'] td")).to_have_text("0")
    button.click()
    expect(found.locator("tr[data-row='0'] td")).to_have_text(str(ROWS - 1))


def test_paper_gets_every_row(table):
    visitor, found = table
    visitor.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert found.locator("tr[data-row]").count() == ROWS
    visitor.page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(found.locator("tr[data-row]").nth(150)).to_have_count(0)
