package db

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mohar/gst"
)

const transporterColumns = `id, gstin, name, phone, vehicles, used_at`

// maxVehicles is how many numbers of vehicles are kept of a transporter.
const maxVehicles = 10

// Transporters returns a company's transporters whose name, id or vehicles hold the words
// of query, the last used first; all of them for an empty query. A limit of 0 means 50.
func (s *Store) Transporters(ctx context.Context, gstin gst.GSTIN, query string, limit int) ([]gst.Transporter, error) {
	words := searchParts(query)
	transporters, err := list(ctx, s.reader, scanTransporter, `
SELECT `+transporterColumns+`
FROM transporters
WHERE company = $1 AND instr(search, $2) > 0 AND instr(search, $3) > 0 AND instr(search, $4) > 0
ORDER BY used_at DESC, id DESC
LIMIT $5`, gstin, words[0], words[1], words[2], orDefault(limit))
	if err != nil {
		return nil, fmt.Errorf("read transporters of %s: %w", gstin, err)
	}
	return transporters, nil
}

// Transporter returns one transporter of a company; gst.ErrNotFound when it has no such
// one.
func (s *Store) Transporter(ctx context.Context, gstin gst.GSTIN, id int64) (gst.Transporter, error) {
	r, err := transporterByID(ctx, s.reader, gstin, id)
	if err != nil {
		return gst.Transporter{}, fmt.Errorf("read transporter %d of %s: %w", id, gstin, err)
	}
	return r, nil
}

func transporterByID(ctx context.Context, from *statements, gstin gst.GSTIN, id int64) (gst.Transporter, error) {
	r, err := scanTransporter(from.row(ctx, `
SELECT `+transporterColumns+`
FROM transporters
WHERE company = $1 AND id = $2`, gstin, id))
	return r, known(err)
}

// SaveTransporter stores a transporter of a company, new (ID 0, which it sets) or changed,
// as a person keeps it: documents add vehicles only. The last ten vehicles count; LastUsed
// is left alone.
//
// It returns a *Taken, which is a gst.ErrConflict, when another transporter has the id or,
// without id, the name; gst.ErrNotFound when the company has no transporter r.ID.
func (s *Store) SaveTransporter(ctx context.Context, gstin gst.GSTIN, r *gst.Transporter) error {
	saved := *r
	saved.Vehicles = withVehicles(nil, r.Vehicles...)
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		const sameIdentity = `SELECT id FROM transporters WHERE company = $1 AND identity = $2`
		if err := untaken(ctx, t, sameIdentity, gstin, transporterIdentity(saved), saved.ID); err != nil {
			return err
		}
		if saved.ID == 0 {
			saved.LastUsed = time.Time{}
			if err := putTransporter(ctx, t, gstin, &saved, true); err != nil {
				return err
			}
			return s.logDifference(ctx, t, masterChange(gstin, "created", "transporter", saved.ID), nil, saved)
		}
		before, err := transporterByID(ctx, t.statements, gstin, saved.ID)
		if err != nil {
			return err
		}
		saved.LastUsed = before.LastUsed
		if err := putTransporter(ctx, t, gstin, &saved, true); err != nil {
			return err
		}
		return s.logDifference(ctx, t, masterChange(gstin, "changed", "transporter", saved.ID), before, saved)
	})
	if err != nil {
		return fmt.Errorf("save transporter %q: %w", r.Name, known(err))
	}
	*r = saved
	return nil
}

// DeleteTransporter removes a transporter from a company's master; gst.ErrNotFound when
// the company has no such one.
func (s *Store) DeleteTransporter(ctx context.Context, gstin gst.GSTIN, id int64) error {
	err := s.write(ctx, func(ctx context.Context, t *tx) error {
		before, err := transporterByID(ctx, t.statements, gstin, id)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM transporters WHERE id = $1`, id); err != nil {
			return err
		}
		return s.logDeleted(ctx, t, masterChange(gstin, "deleted", "transporter", id), before)
	})
	if err != nil {
		return fmt.Errorf("delete transporter %d of %s: %w", id, gstin, err)
	}
	return nil
}

// rememberTransporter notes who carries the goods of an issued document, and in which
// vehicle.
func rememberTransporter(ctx context.Context, t *tx, inv *gst.Invoice) error {
	fresh, vehicle := carrier(inv)
	if transporterIdentity(fresh) == "" {
		return nil
	}
	// The paper names a carrier without its id: that is the one of the name, if there is one.
	var kept bool
	old, err := scanTransporter(wideRow{t.row(ctx, `
SELECT kept, `+transporterColumns+`
FROM transporters
WHERE company = $1 AND (identity = $2 OR ($3 = '' AND lower(name) = $2))
ORDER BY identity = $2 DESC, used_at DESC
LIMIT 1`, inv.Company, transporterIdentity(fresh), fresh.GSTIN), []any{&kept}})
	switch {
	case absent(err):
		old = fresh
	case err != nil:
		return fmt.Errorf("remember transporter %q: %w", fresh.Name, err)
	case !kept:
		old.Name = orOld(fresh.Name, old.Name)
	}
	old.Vehicles = withVehicles(old.Vehicles, vehicle)
	if inv.Issued.After(old.LastUsed) {
		old.LastUsed = inv.Issued
	}
	if err := putTransporter(ctx, t, inv.Company, &old, kept); err != nil {
		return fmt.Errorf("remember transporter %q: %w", fresh.Name, err)
	}
	return nil
}

// carrier is what a document says of the transporter: for the e-way bill, or else on paper.
func carrier(inv *gst.Invoice) (r gst.Transporter, vehicle string) {
	paper := &inv.Transport
	r.Name, vehicle = strings.TrimSpace(paper.Transporter), paper.Vehicle
	if w := inv.EWay; w != nil && (w.TransporterID != "" || w.TransporterName != "") {
		r.GSTIN, r.Name = w.TransporterID, strings.TrimSpace(orOld(w.TransporterName, paper.Transporter))
		vehicle = orOld(w.Vehicle, paper.Vehicle)
	}
	return r, vehicle
}

// withVehicles puts numbers in front of the list, each once however it is spaced, and cuts
// the list.
func withVehicles(list []string, numbers ...string) []string {
	plain := func(number string) string {
		return strings.ToUpper(strings.NewReplacer(" ", "", "-", "", ".", "").Replace(number))
	}
	seen := map[string]bool{}
	var vehicles []string
	for _, number := range append(numbers, list...) {
		number = strings.Join(strings.Fields(number), " ")
		if key := plain(number); key != "" && !seen[key] && len(vehicles) < maxVehicles {
			seen[key] = true
			vehicles = append(vehicles, number)
		}
	}
	return vehicles
}

// putTransporter stores a transporter, new or changed, and sets its id.
func putTransporter(ctx context.Context, t *tx, gstin gst.GSTIN, r *gst.Transporter, kept bool) error {
	vehicles := strings.Join(r.Vehicles, "\n")
	args := []any{
		gstin, transporterIdentity(*r), strings.ToLower(r.Name + "\n" + r.GSTIN + "\n" + vehicles), r.GSTIN,
		r.Name, r.Phone, vehicles, flag(kept), millis(r.LastUsed),
	}
	if r.ID == 0 {
		return t.row(ctx, `
INSERT INTO transporters (company, identity, search, gstin, name, phone, vehicles, kept, used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
RETURNING id`, args...).Scan(&r.ID)
	}
	return one(t.exec(ctx, `
UPDATE transporters
SET identity = $2, search = $3, gstin = $4, name = $5, phone = $6, vehicles = $7, kept = $8, used_at = $9
WHERE company = $1 AND id = $10`, append(args, r.ID)...))
}

func scanTransporter(row scanner) (r gst.Transporter, err error) {
	var used int64
	var vehicles string
	err = row.Scan(&r.ID, &r.GSTIN, &r.Name, &r.Phone, &vehicles, &used)
	if vehicles != "" {
		r.Vehicles = strings.Split(vehicles, "\n")
	}
	r.LastUsed = moment(used)
	return r, err
}

// transporterIdentity is what makes two transporters of a company the same one: GSTIN or
// TRANSIN, or the name of one without.
func transporterIdentity(r gst.Transporter) string {
	if r.GSTIN != "" {
		return strings.ToUpper(r.GSTIN)
	}
	return strings.ToLower(strings.TrimSpace(r.Name))
}
