package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
)

// copyDatabase copies the database behind conn, as it stands after the last commit, to
// a new file, while others go on writing. All pages go in one step: SQLite would start
// over after each write by others between steps.
func copyDatabase(ctx context.Context, conn *sql.Conn, file string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return conn.Raw(func(driver any) error {
		source, ok := driver.(interface {
			NewBackup(destination string) (*sqlite.Backup, error)
		})
		if !ok {
			return errors.New("the driver cannot copy databases")
		}
		if err := touch(file); err != nil {
			return err
		}
		backup, err := source.NewBackup(fileURI(file))
		if err != nil {
			return fmt.Errorf("copy database: %w", err)
		}
		_, err = backup.Step(-1)
		return errors.Join(err, backup.Finish(), syncFile(file))
	})
}
