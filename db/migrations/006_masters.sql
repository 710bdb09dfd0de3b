-- Customers, suppliers, items and transporters as people keep them; what was sold to whom
-- last; tariff codes of a list that was read in.

ALTER TABLE customers ADD COLUMN supplier    INTEGER NOT NULL DEFAULT 0;  -- 0 or 1
ALTER TABLE customers ADD COLUMN ledger_name TEXT    NOT NULL DEFAULT ''; -- in the books it came from
ALTER TABLE customers ADD COLUMN taxpayer    TEXT    NOT NULL DEFAULT ''; -- by the portal's register
ALTER TABLE customers ADD COLUMN status      TEXT    NOT NULL DEFAULT ''; -- likewise; empty: not asked
ALTER TABLE customers ADD COLUMN status_at   INTEGER NOT NULL DEFAULT 0;  -- UTC, unix milliseconds; 0: never
ALTER TABLE customers ADD COLUMN kept        INTEGER NOT NULL DEFAULT 0;  -- 1: a person saved it, documents leave it alone
ALTER TABLE customers ADD COLUMN extra       TEXT    NOT NULL DEFAULT ''; -- JSON of the parts without columns; empty: none
-- The lists are read and searched from these indexes alone: search begins with the name.
DROP INDEX customers_used;
CREATE INDEX customers_used ON customers (company, used_at, id, search);
CREATE INDEX customers_list ON customers (company, search, id);
CREATE INDEX customers_ledger ON customers (company, ledger_name) WHERE ledger_name <> '';
CREATE INDEX customers_status ON customers (status_at, id) WHERE gstin NOT IN ('', 'URP');

ALTER TABLE items ADD COLUMN search          TEXT    NOT NULL DEFAULT ''; -- lower-cased description, HSN, barcode
ALTER TABLE items ADD COLUMN cess_rate       INTEGER NOT NULL DEFAULT 0;  -- thousandths of one percent
ALTER TABLE items ADD COLUMN cess_fixed      INTEGER NOT NULL DEFAULT 0;  -- paise a unit
ALTER TABLE items ADD COLUMN state_cess_rate INTEGER NOT NULL DEFAULT 0;  -- thousandths of one percent
ALTER TABLE items ADD COLUMN retail_price    INTEGER NOT NULL DEFAULT 0;  -- thousandths of a rupee
ALTER TABLE items ADD COLUMN barcode         TEXT    NOT NULL DEFAULT '';
ALTER TABLE items ADD COLUMN ledger_name     TEXT    NOT NULL DEFAULT ''; -- in the books it came from
ALTER TABLE items ADD COLUMN kept            INTEGER NOT NULL DEFAULT 0;  -- 1: a person saved it, documents leave it alone
UPDATE items SET search = identity || char(10) || hsn || char(10);
DROP INDEX items_used;
CREATE INDEX items_used ON items (company, used_at, id, search);
CREATE INDEX items_list ON items (company, search, id);
CREATE INDEX items_ledger ON items (company, ledger_name) WHERE ledger_name <> '';

CREATE TABLE transporters (
    id       INTEGER PRIMARY KEY,
    company  TEXT    NOT NULL REFERENCES companies (gstin),
    identity TEXT    NOT NULL,             -- the GSTIN or TRANSIN, or the lower-cased name of one without
    search   TEXT    NOT NULL,             -- lower-cased name, GSTIN or TRANSIN, vehicles
    gstin    TEXT    NOT NULL,             -- GSTIN or TRANSIN
    name     TEXT    NOT NULL,
    phone    TEXT    NOT NULL,
    vehicles TEXT    NOT NULL,             -- one a line, the last used first
    kept     INTEGER NOT NULL,             -- 1: a person saved it, documents add vehicles only
    used_at  INTEGER NOT NULL              -- UTC, unix milliseconds; 0: never
) STRICT;
CREATE UNIQUE INDEX transporters_identity ON transporters (company, identity);

-- The lines of issued tax invoices by item and buyer, for what was charged last. One line
-- an item and document.
CREATE TABLE sales (
    id       INTEGER PRIMARY KEY,          -- invoice_id * 65536 + position of the line
    item     INTEGER NOT NULL,             -- id in items, which may be gone
    customer INTEGER NOT NULL,             -- id in customers, which may be gone; 0: no name
    date     INTEGER NOT NULL              -- yyyymmdd
) STRICT;
INSERT INTO sales (id, item, customer, date)
SELECT v.id * 65536 + MIN(l.position), i.id, COALESCE(c.id, 0), v.date
FROM invoices v
JOIN invoice_lines l ON l.invoice_id = v.id
JOIN items i ON i.company = v.company AND i.identity = lower(trim(l.description))
LEFT JOIN customers c ON c.company = v.company
 AND c.identity = CASE WHEN v.buyer_gstin IN ('', 'URP') THEN lower(trim(v.buyer_name)) ELSE v.buyer_gstin END
WHERE v.state = 'issued' AND v.type = 'INV' AND l.position < 65536
GROUP BY v.id, i.id;
CREATE INDEX sales_customer ON sales (item, customer, date);
CREATE INDEX sales_item ON sales (item, date);

-- Of the tariff list that was read in last; the program's own stands in the program.
CREATE TABLE hsn_codes (
    place       INTEGER PRIMARY KEY,       -- 10^9 * digits + number: short codes come first
    code        TEXT NOT NULL,             -- digits
    description TEXT NOT NULL,
    source      TEXT NOT NULL              -- what the list is called
) STRICT;

-- Its words, by place. They are folded, see hsn.go.
CREATE VIRTUAL TABLE hsn_search USING fts5 (
    code,
    description,
    words,
    content = '',
    contentless_delete = 1,
    prefix = '1 2 3 4',
    tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'"
);
