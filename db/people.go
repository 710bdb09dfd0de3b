package db

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mohar/gst"
)

// User is a person who may sign in.
type User struct {
	ID           int64
	Email        string // lower case
	Name         string
	PasswordHash string // argon2id, PHC string
	Role         string
	Created      time.Time
}

const userColumns = `id, email, name, password_hash, role, created_at`

// CreateFirstUser stores the first user and returns the id. It returns gst.ErrConflict
// once there is any user.
func (s *Store) CreateFirstUser(ctx context.Context, u User) (id int64, err error) {
	u.Email = strings.ToLower(strings.TrimSpace(u.Email))
	err = s.write(ctx, func(ctx context.Context, t *tx) error {
		var users int
		if err := t.row(ctx, `SELECT COUNT(*) FROM users`).Scan(&users); err != nil {
			return err
		}
		if users > 0 {
			return gst.ErrConflict
		}
		err := t.row(ctx, `
INSERT INTO users (email, name, password_hash, role, created_at)
VALUES ($1, $2, $3, $4, $5)
RETURNING id`, u.Email, u.Name, u.PasswordHash, u.Role, millis(s.now())).Scan(&id)
		if err != nil {
			return known(err)
		}
		logged := struct{ Email, Name, Role string }{u.Email, u.Name, u.Role}
		c := change{action: "created", subject: "user", which: strconv.FormatInt(id, 10)}
		return s.logDifference(ctx, t, c, nil, logged)
	})
	if err != nil {
		return 0, fmt.Errorf("create first user: %w", err)
	}
	return id, nil
}

// UserByEmail returns the user with this address, without regard to case;
// gst.ErrNotFound when there is none.
func (s *Store) UserByEmail(ctx context.Context, email string) (User, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	return scanUser(s.reader.row(ctx, `SELECT `+userColumns+` FROM users WHERE email = $1`, email))
}

// User returns one user; gst.ErrNotFound when there is none.
func (s *Store) User(ctx context.Context, id int64) (User, error) {
	return scanUser(s.reader.row(ctx, `SELECT `+userColumns+` FROM users WHERE id = $1`, id))
}

// HasUsers reports whether somebody can sign in.
func (s *Store) HasUsers(ctx context.Context) (bool, error) {
	var some bool
	err := s.reader.row(ctx, `SELECT EXISTS (SELECT 1 FROM users)`).Scan(&some)
	return some, err
}

func scanUser(row scanner) (u User, err error) {
	var created int64
	err = row.Scan(&u.ID, &u.Email, &u.Name, &u.PasswordHash, &u.Role, &created)
	if err != nil {
		return User{}, fmt.Errorf("read user: %w", known(err))
	}
	u.Created = moment(created)
	return u, nil
}
