-- What Check compares with, why a request waits, and a row to try the disk with.

-- SHA-256 of stored rows as the change left them; empty: none. digest.go says of which.
ALTER TABLE edit_log ADD COLUMN digest BLOB NOT NULL DEFAULT X'';

-- Why the request waits: the portal's or GSP's code, no_provider or no_key; empty: last_error
-- says all that is known.
ALTER TABLE irn_requests ADD COLUMN last_code TEXT NOT NULL DEFAULT '';

-- Written only to learn whether anything can be written.
CREATE TABLE heartbeat (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL                    -- UTC, unix milliseconds
) STRICT;

-- The search index anew: rows that an earlier layout of it wrote would not be found.
-- Rows, scope and words are those of search.go.
DROP TABLE invoice_search;
CREATE VIRTUAL TABLE invoice_search USING fts5 (
    scope,
    words,
    content = '',
    contentless_delete = 1,
    tokenize = 'trigram'
);
INSERT INTO invoice_search (rowid, scope, words)
SELECT 1099511627776 - i.id,
       substr('0123456789abcdefghijklmnopqrstuvwxyz', n / 1296 % 36 + 1, 1) ||
       substr('0123456789abcdefghijklmnopqrstuvwxyz', n / 36 % 36 + 1, 1) ||
       substr('0123456789abcdefghijklmnopqrstuvwxyz', n % 36 + 1, 1),
       i.number || char(10) || i.buyer_name || char(10) || i.buyer_trade || char(10) ||
       i.buyer_gstin || char(10) || i.irn || char(10) || i.ack_no
FROM invoices i
JOIN (SELECT gstin, mode, id * 2 + (mode = 'live') AS n
      FROM (SELECT gstin, id, 'practice' AS mode FROM companies
            UNION ALL
            SELECT gstin, id, 'live' FROM companies)) c
ON c.gstin = i.company AND c.mode = i.mode
ORDER BY i.id DESC;
