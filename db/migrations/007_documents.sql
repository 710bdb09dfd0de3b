-- Series by name and with a suffix, which document goes back to which, what else a
-- company says and how far its books are closed, and dated changes of the law.

-- One series is the usual one of its type; branches and counters may have more.
CREATE TABLE named_series (
    company TEXT    NOT NULL REFERENCES companies (gstin),
    mode    TEXT    NOT NULL,
    type    TEXT    NOT NULL,
    fy      TEXT    NOT NULL,              -- 2026-27
    name    TEXT    NOT NULL,              -- empty: the usual one
    prefix  TEXT    NOT NULL,              -- may hold tokens, as {YY-YY}
    suffix  TEXT    NOT NULL,              -- likewise
    first   INTEGER NOT NULL,              -- the series has no gap from here to next
    next    INTEGER NOT NULL,              -- the number the next document takes
    width   INTEGER NOT NULL,              -- digits, filled with zeros
    used    INTEGER NOT NULL,              -- 0 or 1: a document took a number
    PRIMARY KEY (company, mode, type, fy, name)
) STRICT, WITHOUT ROWID;
INSERT INTO named_series (company, mode, type, fy, name, prefix, suffix, first, next, width, used)
SELECT company, mode, type, fy, '', prefix, '', first, next, width, 1
FROM series;
DROP TABLE series;
ALTER TABLE named_series RENAME TO series;

ALTER TABLE companies ADD COLUMN locked_to INTEGER NOT NULL DEFAULT 0; -- yyyymmdd, the last closed day; 0: none
ALTER TABLE companies ADD COLUMN extra TEXT NOT NULL DEFAULT '';       -- JSON of the parts without columns; empty: none

-- Issued documents and what they go back to, within one company and mode.
CREATE TABLE links (
    company     TEXT    NOT NULL,
    mode        TEXT    NOT NULL,
    document_id INTEGER NOT NULL REFERENCES invoices (id),
    original_id INTEGER NOT NULL REFERENCES invoices (id),
    kind        TEXT    NOT NULL CHECK (kind IN ('note', 'made_from', 'preceding')),
    PRIMARY KEY (document_id, original_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_original ON links (original_id, kind, document_id);

-- Notes that were issued before links were kept, by the numbers they name.
INSERT OR IGNORE INTO links (company, mode, document_id, original_id, kind)
SELECT n.company, n.mode, n.id, o.id, 'note'
FROM invoices n
JOIN invoice_details d ON d.invoice_id = n.id
JOIN json_each(d.extra, '$.Refs.Preceding') p
JOIN invoices o ON o.company = n.company
    AND o.mode = n.mode
    AND o.type IN ('INV', 'BOS', 'DBN')
    AND o.fy = printf('%04d-%02d',
        p.value ->> '$.Date' / 10000 - (p.value ->> '$.Date' / 100 % 100 < 4),
        (p.value ->> '$.Date' / 10000 - (p.value ->> '$.Date' / 100 % 100 < 4) + 1) % 100)
    AND o.number_key = upper(trim(p.value ->> '$.Number'))
WHERE n.type IN ('CRN', 'DBN') AND n.state <> 'draft' AND o.id <> n.id;

-- What bills nothing is not counted as billed.
DELETE FROM month_totals WHERE type IN ('CHL', 'QTN', 'PRO');

CREATE INDEX invoices_type ON invoices (company, mode, type, date, id);

-- Changes of dated rules that the firm entered, ahead of a new version of the program.
CREATE TABLE law (
    rule       TEXT    NOT NULL,
    value      INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,           -- yyyymmdd
    valid_to   INTEGER NOT NULL,           -- yyyymmdd, the last day; 0: open
    note       TEXT    NOT NULL,
    PRIMARY KEY (rule, valid_from)
) STRICT, WITHOUT ROWID;
