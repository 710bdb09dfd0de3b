package conformance

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// client calls the endpoints of section 3, one method each.
type client struct{ base, id, secret string }

// answer is what came back, with the endpoint and the place in Octa's description for messages.
type answer struct {
	name   string // of the endpoint, with its number in section 3
	status int
	header http.Header
	body   []byte
}

// basic is the value of the Authorization header. Section 1: base64 of the UTF-8
// text KeyId:KeySecret.
func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

func TestBasicAuthorizationIsTheVectorOfSection1(t *testing.T) {
	const want = "Basic cmFtZXNoOmVsZXBoYW50QDEyMw=="
	if got := basic("ramesh", "elephant@123"); got != want {
		t.Errorf("Authorization of ramesh, elephant@123: got %q, want %q (section 1)", got, want)
	}
}

var caller = http.Client{Timeout: 40 * time.Second}

// send makes one request. A nil body is a GET.
func (c client) send(t *testing.T, name, path string, query url.Values, body []byte, more ...string) answer {
	t.Helper()
	method, reader := http.MethodGet, io.Reader(nil)
	if body != nil {
		method, reader = http.MethodPost, bytes.NewReader(body)
	}
	target := c.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(context.Background(), method, target, reader)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", basic(c.id, c.secret))
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(more); i += 2 {
		req.Header.Set(more[i], more[i+1])
	}
	resp, err := caller.Do(req)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	data, err := io.ReadAll(resp.Body)
	if err := resp.Body.Close(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err != nil {
		t.Fatalf("%s: read the answer: %v", name, err)
	}
	return answer{name: name, status: resp.StatusCode, header: resp.Header, body: data}
}

// post sends v as JSON.
func (c client) post(t *testing.T, name, path string, query url.Values, v any) answer {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return c.send(t, name, path, query, body)
}

// args makes query parameters of names and values in turn.
func args(pairs ...string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q
}

// with adds parameters, such as those that section 2 shares among endpoints.
func with(q url.Values, pairs []string) url.Values {
	for k, v := range args(pairs...) {
		q[k] = v
	}
	return q
}

func (c client) generateIRN(t *testing.T, doc any, show ...string) answer {
	t.Helper()
	return c.post(t, "1 generateirn", "/einvoice/generateirn", args(show...), doc)
}

func (c client) cancelIRN(t *testing.T, gstin, irn, reason, remark string) answer {
	t.Helper()
	return c.post(t, "2 cancelirn", "/einvoice/cancelirn", args("gstin", gstin), object{"Irn": irn, "CnlRsn": reason, "CnlRem": remark})
}

func (c client) getIRN(t *testing.T, gstin, irn string, show ...string) answer {
	t.Helper()
	return c.send(t, "3 getirn", "/einvoice/getirn", with(args("gstin", gstin, "irn", irn), show), nil)
}

func (c client) getIRNByDoc(t *testing.T, gstin, kind, number, date string, show ...string) answer {
	t.Helper()
	q := args("gstin", gstin, "doctype", kind, "docno", number, "docdate", date)
	return c.send(t, "4 getirnbydoc", "/einvoice/getirnbydoc", with(q, show), nil)
}

func (c client) getDocIRNInfo(t *testing.T, gstin, kind, number, date string, show ...string) answer {
	t.Helper()
	q := args("gstin", gstin, "doctype", kind, "docno", number, "docdate", date)
	return c.send(t, "5 getdocirninfo", "/einvoice/getdocirninfo", with(q, show), nil)
}

func (c client) generatePaymentQRCode(t *testing.T, doc any, show ...string) answer {
	t.Helper()
	return c.post(t, "6 generatepaymentqrcode", "/einvoice/generatepaymentqrcode", args(show...), doc)
}

func (c client) generateEWBByIRN(t *testing.T, gstin string, body object, show ...string) answer {
	t.Helper()
	return c.post(t, "7 generateewbbyirn", "/einvoice/generateewbbyirn", with(args("gstin", gstin), show), body)
}

func (c client) getEWBByIRN(t *testing.T, gstin, irn string, show ...string) answer {
	t.Helper()
	return c.send(t, "8 getewbbyirn", "/einvoice/getewbbyirn", with(args("gstin", gstin, "irn", irn), show), nil)
}

func (c client) generateEWayBill(t *testing.T, gstin string, body object, show ...string) answer {
	t.Helper()
	return c.post(t, "9 generateewaybill", "/einvoice/generateewaybill", with(args("gstin", gstin), show), body)
}

func (c client) getEWayBill(t *testing.T, gstin, number string) answer {
	t.Helper()
	return c.send(t, "10 getewaybill", "/einvoice/getewaybill", args("gstin", gstin, "ewbNo", number), nil)
}

func (c client) getEWayBillByConsigner(t *testing.T, gstin, kind, number string) answer {
	t.Helper()
	q := args("gstin", gstin, "doctype", kind, "docno", number)
	return c.send(t, "11 getewaybillgeneratedbyconsigner", "/einvoice/getewaybillgeneratedbyconsigner", q, nil)
}

func (c client) getEWayBillsOfOtherParty(t *testing.T, gstin, date string) answer {
	t.Helper()
	return c.send(t, "12 getewaybillsofotherparty", "/einvoice/getewaybillsofotherparty", args("gstin", gstin, "date", date), nil)
}

func (c client) cancelEWB(t *testing.T, gstin, number, reason, remark string) answer {
	t.Helper()
	body := object{"ewbNo": number, "cancelRsnCode": reason, "cancelRmrk": remark}
	return c.post(t, "13 cancelewb", "/einvoice/cancelewb", args("gstin", gstin), body)
}

func (c client) getPartyGSTIN(t *testing.T, gstin, asked string) answer {
	t.Helper()
	return c.send(t, "14 einvoice/getgstin", "/einvoice/getgstin", args("gstin", gstin, "partygstin", asked), nil)
}

func (c client) getPublicGSTIN(t *testing.T, asked string) answer {
	t.Helper()
	return c.send(t, "15 gst/getgstin", "/gst/getgstin", args("gstin", asked), nil)
}

// got reads a successful answer strictly: 200, JSON, Success true, every documented
// member there once, none beside them, in the documented order, of its type.
func got[T any](t *testing.T, a answer) T {
	t.Helper()
	var reply T
	a.mustBe(t, http.StatusOK)
	var says struct{ Success bool }
	if err := json.Unmarshal(a.body, &says); err != nil || !says.Success {
		t.Fatalf("%s: Success: got %s, want true (section 2, success and failure shapes)", a.name, cut(a.body))
	}
	a.read(t, &reply)
	return reply
}

// fault is one of the Errors of section 2.
type fault struct{ Code, Message string }

// failure is the failed answer of the e-invoice family, section 2.
type failure struct {
	Success bool
	Errors  []fault
}

// refused reads a failed answer strictly and returns its errors. Section 2, inferred:
// the HTTP status is 200, and a client must look at the body.
func refused(t *testing.T, a answer) []fault {
	t.Helper()
	a.mustBe(t, http.StatusOK)
	return a.faults(t)
}

// faults reads the shape of a failure, whatever its HTTP status.
func (a answer) faults(t *testing.T) []fault {
	t.Helper()
	var reply failure
	a.read(t, &reply)
	if reply.Success || len(reply.Errors) == 0 {
		t.Fatalf("%s: got %s, want Success false and Errors (section 2, failure)", a.name, cut(a.body))
	}
	for i, f := range reply.Errors {
		if f.Code == "" || f.Message == "" || strings.HasPrefix(f.Message, "fault.") {
			t.Errorf("%s: Errors[%d]: got %+v, want a code and words (section 2, failure)", a.name, i, f)
		}
	}
	return reply.Errors
}

// mustBe stops the test unless the answer has this HTTP status and is JSON.
func (a answer) mustBe(t *testing.T, status int) {
	t.Helper()
	if a.status != status {
		t.Fatalf("%s: HTTP status: got %d, want %d (section 2, success and failure shapes): %s", a.name, a.status, status, cut(a.body))
	}
	if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("%s: Content-Type: got %q, want application/json (section 1, JSON out)", a.name, kind)
	}
}

// read decodes the answer strictly and reports each way in which it is not as documented.
func (a answer) read(t *testing.T, into any) {
	t.Helper()
	if err := strict(a.body, into); err != nil {
		t.Fatalf("%s: the answer is not as documented:\n%v\n%s", a.name, err, cut(a.body))
	}
}

// cut shortens an answer for a message.
func cut(b []byte) string {
	const most = 600
	if len(b) > most {
		return string(b[:most]) + "…"
	}
	return string(b)
}
