package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mohar/db"
)

const shardaRoot = "/api/v1/companies/27AAPFU0939F1ZV"

func TestCompaniesAreThoseOfTheKey(t *testing.T) {
	s := newStillAPI(t)
	s.want(s.get("/api/v1/companies"), http.StatusOK, string(sharda), string(narmada), `"next":null`)
	one := s.as(s.key([]db.Scope{db.ScopeRead}, narmada))
	r := one.get("/api/v1/companies")
	s.want(r, http.StatusOK, string(narmada))
	if strings.Contains(string(r.body), string(sharda)) {
		t.Errorf("another's company is listed: %s", r.body)
	}
	r = s.get(shardaRoot)
	s.want(r, http.StatusOK, `"legal_name":"Sharda Traders"`, `"mode":"practice"`, `"locked_to":null`)
	s.want(s.get(shardaRoot, "If-None-Match", r.Header.Get("ETag")), http.StatusNotModified)
	hidden, absent := one.get(shardaRoot), one.get("/api/v1/companies/27AAAAA0000A1Z5")
	s.problemOf(hidden, http.StatusNotFound)
	s.problemOf(absent, http.StatusNotFound)
	blank := func(r reply, gstin string) string {
		return strings.NewReplacer(gstin, "…", r.Header.Get("X-Request-Id"), "…").Replace(string(r.body))
	}
	if blank(hidden, string(sharda)) != blank(absent, "27AAAAA0000A1Z5") {
		t.Errorf("one that the key may not see is told from one that is not there:\n%s\n%s", hidden.body, absent.body)
	}
}

func TestACustomerIsKeptChangedAndRemoved(t *testing.T) {
	s := newStillAPI(t)
	all := shardaRoot + "/customers"
	r := s.post(all, `{"gstin":" 29aabct1332l1zd ","legal_name":"Mysore Traders LLP","address1":"12 Sayyaji Rao Road","place":"Mysuru","pin":"570001",
		"phone":"98450 12345","terms":{"days":30},"addresses":[{"label":"Godown","address1":"Plot 4","place":"Hubli","pin":580020}],"made_up":[1]}`)
	s.want(r, http.StatusCreated, `"gstin":"29AABCT1332L1ZD"`, `"state":"29"`, `"pin":570001`, `"phone":"9845012345"`, `"days":30`, `"label":"Godown"`, `"register":null`)
	at, tag := r.Header.Get("Location"), r.Header.Get("ETag")
	same := s.get(at)
	s.want(same, http.StatusOK, string(r.body))
	if same.Header.Get("ETag") != tag {
		t.Errorf("ETags %q, %q", same.Header.Get("ETag"), tag)
	}
	s.want(s.get(at, "If-None-Match", tag), http.StatusNotModified)

	p := s.problemOf(s.post(all, `{"gstin":"29AABCT1332L1ZD","legal_name":"Mysore once more"}`), http.StatusConflict)
	if p.Existing == nil || p.Existing.Href != at {
		t.Errorf("existing %+v", p.Existing)
	}
	p = s.problemOf(s.post(all, `{"legal_name":"x","pin":"abc","supply_type":"B2X","place_of_supply":"98","addresses":[{},{"pin":12,"state":"ZZ"}]}`), http.StatusUnprocessableEntity)
	for _, pointer := range []string{"/legal_name", "/pin", "/supply_type", "/place_of_supply", "/addresses/1/pin"} {
		if !strings.Contains(p.at()+",", pointer+",") && !strings.Contains(p.at(), pointer+" ") {
			t.Errorf("%s is not said: %s", pointer, p.at())
		}
	}
	s.problemOf(s.post(all, `[]`), http.StatusBadRequest)
	s.problemOf(s.post(all, `{"legal_name":`), http.StatusBadRequest)

	s.problemOf(s.call(http.MethodPut, at, `{"legal_name":"Mysore Traders"}`, "If-Match", `"1.x"`), http.StatusPreconditionFailed)
	changed := s.call(http.MethodPut, at, `{"gstin":"29AABCT1332L1ZD","legal_name":"Mysore Traders"}`, "If-Match", tag)
	s.want(changed, http.StatusOK, `"legal_name":"Mysore Traders"`, `"address1":""`, `"addresses":[]`)
	s.problemOf(s.call(http.MethodDelete, at, nil, "If-Match", tag), http.StatusPreconditionFailed)
	s.want(s.call(http.MethodDelete, at, nil, "If-Match", changed.Header.Get("ETag")), http.StatusNoContent)
	s.problemOf(s.get(at), http.StatusNotFound)
	s.problemOf(s.call(http.MethodPut, at, exampleCustomer), http.StatusNotFound)
}

func TestTheListOfCustomersIsSearchedAndTurned(t *testing.T) {
	s := newStillAPI(t)
	all := shardaRoot + "/customers"
	for i := range 5 {
		s.want(s.post(all, fmt.Sprintf(`{"legal_name":"Customer %d","supplier":%v}`, i, i == 4)), http.StatusCreated)
	}
	s.want(s.get(all+"?q=customer+3"), http.StatusOK, `"legal_name":"Customer 3"`, `"next":null`)
	s.want(s.get(all+"?kind=suppliers"), http.StatusOK, `"legal_name":"Customer 4"`, `"next":null`)
	var names []string
	for next := ""; ; {
		var list struct {
			Data []struct {
				LegalName string `json:"legal_name"`
			}
			Next *string
		}
		s.read(s.get(all+"?limit=2&cursor="+next), &list)
		for _, c := range list.Data {
			names = append(names, c.LegalName)
		}
		if list.Next == nil {
			break
		}
		next = *list.Next
		s.want(s.post(all, fmt.Sprintf(`{"legal_name":"Before %d"}`, len(names))), http.StatusCreated)
	}
	if got := strings.Join(names, ", "); got != "Customer 0, Customer 1, Customer 2, Customer 3, Customer 4" {
		t.Errorf("%s", got)
	}
	s.problemOf(s.get(all+"?search=x"), http.StatusBadRequest)
	s.problemOf(s.get(all+"?kind=friends"), http.StatusBadRequest)
}

func TestAnItemIsKeptChangedAndRemoved(t *testing.T) {
	s := newStillAPI(t)
	all := shardaRoot + "/items"
	r := s.post(all, `{"description":"Cashew kernels W320","hsn":"0801 32 20","unit":"kgs","unit_price":860.125,"gst_rate":"0.25"}`)
	s.want(r, http.StatusCreated, `"hsn":"08013220"`, `"unit":"KGS"`, `"unit_price":860.125`, `"gst_rate":0.25`, `"service":false`)
	at, tag := r.Header.Get("Location"), r.Header.Get("ETag")
	p := s.problemOf(s.post(all, `{"description":"CASHEW kernels W320","gst_rate":5}`), http.StatusConflict)
	if p.Existing == nil || p.Existing.Href != at {
		t.Errorf("existing %+v", p.Existing)
	}
	for body, want := range map[string]string{
		`{"description":"Rice"}`:                                     "/gst_rate",
		`{"description":"Rice","gst_rate":7}`:                        "/gst_rate 2240",
		`{"description":"Rice","gst_rate":5,"unit_price":1.2345}`:    "/unit_price",
		`{"description":"Rice","gst_rate":5,"unit_price":1e400}`:     "/unit_price",
		`{"description":"Rice","gst_rate":5,"unit":"SACKS"}`:         "/unit",
		`{"description":"Rice","gst_rate":5,"gst_rate":12}`:          "/gst_rate",
		`{"description":"","gst_rate":5,"unit_price":-1,"hsn":"12"}`: "/description",
	} {
		if p := s.problemOf(s.post(all, body), http.StatusUnprocessableEntity); !strings.HasPrefix(p.at(), want) {
			t.Errorf("%s: %s", body, p.at())
		}
	}
	changed := s.call(http.MethodPut, at, exampleItem, "If-Match", tag)
	s.want(changed, http.StatusOK, `"gst_rate":5`)
	s.problemOf(s.call(http.MethodPut, at, exampleItem, "If-Match", tag), http.StatusPreconditionFailed)
	s.want(s.get(all+"?q=0802"), http.StatusOK, `"next":null`, "Almonds, Californian")
	s.want(s.call(http.MethodDelete, at, nil), http.StatusNoContent)
	s.problemOf(s.call(http.MethodDelete, at, nil), http.StatusNotFound)
	s.want(s.get(all), http.StatusOK, `"data":[]`)
}

func TestManyDocumentsAreTakenInThreeShapes(t *testing.T) {
	s := newAPI(t)
	go s.desk.RunSubmissions(t.Context(), s.api.log)
	all := shardaRoot + "/submissions"
	two := []string{inv01("ERP/77", "A/%d"), inv01("ERP/77", "B/%d", `"GstRt":5`, `"GstRt":7`, "ValDtls", "ValDtl")}
	for i, shape := range []string{"[%s,\n%s]", "%s\n%s\n", `{"documents":[%s,%s]}`} {
		lines := strings.ReplaceAll(fmt.Sprintf(shape, strings.ReplaceAll(two[0], "\n", " "), strings.ReplaceAll(two[1], "\n", " ")), "%d", fmt.Sprint(i))
		r := s.post(all, lines)
		s.want(r, http.StatusAccepted, `"documents":2`, `"register":true`)
		at := r.Header.Get("Location")
		done := s.until(at, `"state":"done"`)
		s.want(done, http.StatusOK, `"stored":1`, `"refused":1`, `"registered":1`, `"failed":0`, `"pending":0`)
		s.want(s.get(at, "If-None-Match", done.Header.Get("ETag")), http.StatusNotModified)
		s.want(s.get(at+"/rows?state=refused"), http.StatusOK, `"row":2`, fmt.Sprintf(`"number":"B/%d"`, i), `"pointer":"/ItemList/0/GstRt"`, `"code":"2240"`)
		s.want(s.get(at+"/rows?state=registered"), http.StatusOK, `"row":1`, `"irn_state":"registered"`, `"next":null`)
		r = s.get(at + "/rows?limit=1")
		var list struct {
			Data []struct{ Row int }
			Next string
		}
		s.read(r, &list)
		s.want(s.get(at+"/rows?limit=1&cursor="+list.Next), http.StatusOK, `"row":2`, `"next":null`)
		s.want(s.post(at+"/stop", ""), http.StatusOK, `"state":"done"`)
	}
	s.want(s.get(all+"?limit=2"), http.StatusOK, `"next":"`)
	if n := s.documents(sharda); n != 3 {
		t.Errorf("%d documents", n)
	}
	s.problemOf(s.get(all+"/99"), http.StatusNotFound)
	s.problemOf(s.get(all+"/1/rows?state=lost"), http.StatusBadRequest)
}

// until reads something until it says what is waited for.
func (s *site) until(path, text string) reply {
	s.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		r := s.get(path)
		if strings.Contains(string(r.body), text) {
			return r
		}
		if time.Now().After(deadline) {
			s.Fatalf("%s never said %s: %s", path, text, r.body)
		}
		<-time.After(10 * time.Millisecond)
	}
}

func TestASubmissionIsStoppedAndResumed(t *testing.T) {
	s := newStillAPI(t) // nobody takes its documents
	all := shardaRoot + "/submissions"
	r := s.post(all+"?register=no", "["+inv01()+"]")
	s.want(r, http.StatusAccepted, `"register":false`)
	at := r.Header.Get("Location")
	s.want(s.post(at+"/stop", "", "Idempotency-Key", "stop"), http.StatusOK, `"state":"stopped"`)
	s.want(s.post(at+"/resume", ""), http.StatusOK, `"state":"working"`, `"stopped_at":null`)
	s.want(s.get(at+"/rows"), http.StatusOK, `"state":"waiting"`)
	s.problemOf(s.post(shardaRoot+"/submissions/77/stop", ""), http.StatusNotFound)
}

func TestBadSubmissionsAreRefusedAsAWhole(t *testing.T) {
	s := newStillAPI(t)
	all := shardaRoot + "/submissions"
	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"empty":                {"", 400},
		"none":                 {"[]", 422},
		"none wrapped":         {`{"documents":[]}`, 422},
		"a text":               {`"x"`, 400},
		"wrapped no list":      {`{"documents":{}}`, 400},
		"cut off":              {"[" + inv01() + ",", 400},
		"cut off line":         {inv01() + "\n" + inv01()[:99], 400},
		"too many":             {"[" + strings.Repeat("{},", db.MostSubmitted) + "{}]", 413},
		"a document too large": {`[{"X":"` + strings.Repeat("x", 2<<20) + `"}]`, 413},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.as(s.keys)
			s.TB = t
			s.problemOf(s.post(all, test.body), test.status)
		})
	}
	s.want(s.get(all), http.StatusOK, `"data":[]`)
}
