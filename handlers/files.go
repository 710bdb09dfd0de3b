package handlers

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"mohar/sheet"
)

// chosenFile is the chosen file, or the one that the page kept since it was shown.
func chosenFile(c echo.Context) (name string, data []byte, problem string) {
	if kept := c.FormValue("kept"); kept != "" {
		data, err := keptFile(kept)
		if err != nil {
			return "The file", nil, "The page was incomplete. Choose the file again."
		}
		return c.FormValue("name"), data, ""
	}
	return uploadedFile(c, sheet.MaxFile)
}

// uploadedFile reads the chosen file, of which more than most bytes are of no use; problem
// is a sentence for people when it cannot.
func uploadedFile(c echo.Context, most int64) (name string, data []byte, problem string) {
	header, err := c.FormFile("file")
	if err != nil {
		return "The file", nil, "Choose a file first."
	}
	const unreadable = "It could not be read. Choose it again."
	file, err := header.Open()
	if err != nil {
		return header.Filename, nil, unreadable
	}
	defer func() { _ = file.Close() }() // only read
	data, err = io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return header.Filename, nil, unreadable
	}
	return header.Filename, data, ""
}

// maxKept is the most that a page keeps of a file between two presses, as text.
const maxKept = 4 << 20

// keepFile packs a file into a hidden field, so that it need not be chosen again; it is
// empty when the file is too large for that.
func keepFile(data []byte) string {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil || base64.RawURLEncoding.EncodedLen(packed.Len()) > maxKept {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(packed.Bytes())
}

// keptFile unpacks what keepFile packed, no more than a file may hold.
func keptFile(text string) ([]byte, error) {
	packed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), sheet.MaxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > sheet.MaxFile {
		return nil, errors.New("more than a file may hold")
	}
	return data, nil
}

// How a browser takes a file: it saves it or shows it.
const (
	toSave = "attachment"
	toShow = "inline"
)

// sendFile answers with a file of a name that may hold any text.
//
// Source: RFC 6266, section 4.3.
func sendFile(c echo.Context, how, name, kind string, content []byte) error {
	c.Response().Header().Set(echo.HeaderContentDisposition, how+"; filename*=UTF-8''"+url.PathEscape(name))
	return c.Blob(http.StatusOK, kind, content)
}

// sendTable sends a workbook or CSV file to be saved; its name comes without the ending.
func sendTable(c echo.Context, name string, format sheet.Format, content []byte) error {
	kind := "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	if format == sheet.CSV {
		kind = "text/csv; charset=utf-8"
	}
	return sendFile(c, toSave, name+"."+string(format), kind, content)
}
