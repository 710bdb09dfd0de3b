package api

import (
	"reflect"
	"slices"
	"strings"

	"mohar/db"
)

// Kinds of values of the store's webhooks, which keep their types to themselves.
var webhookKinds = map[string]obj{
	"db.webhookTime":  {"type", []string{"string", "null"}, "format", "date-time"},
	"db.webhookDay":   {"type", []string{"string", "null"}, "format", "date"},
	"db.webhookMoney": {"type", "number", "description", "rupees, two decimals"},
	"db.webhookText":  {"type", []string{"string", "null"}},
}

// webhookWords say when an event comes.
var webhookWords = map[db.WebhookEvent]string{
	db.WebhookRegistered:  "The portal gave an IRN.",
	db.WebhookFailed:      "The portal refused a document, or holds another one under its number.",
	db.WebhookCancelled:   "An IRN was cancelled.",
	db.WebhookEWayMade:    "The portal made an e-way bill.",
	db.WebhookEWayAdopted: "An e-way bill that was made elsewhere is kept from now on.",
	db.WebhookEWayPartB:   "A vehicle was entered.",
	db.WebhookEWayCarrier: "Another transporter was named.",
	db.WebhookEWayLonger:  "The validity was extended.",
	db.WebhookEWayOff:     "An e-way bill was cancelled.",
	db.WebhookEWayReject:  "An e-way bill was rejected, here or by the other party.",
	db.WebhookEWayClosed:  "An e-way bill was closed.",
	db.WebhookEWayFailed:  "The portal refused something asked about an e-way bill: `action` says what.",
	db.WebhookTripMade:    "The portal made a trip sheet.",
	db.WebhookTripFailed:  "The portal refused a trip sheet.",
}

const aboutWebhooks = " Sent to the addresses under Settings → Webhooks, signed as Standard Webhooks has it; answer with any 2xx. " +
	"It comes again until it is answered, so take each `webhook-id` once."

// webhooks describes what receivers are sent.
func (k *schemas) webhooks() obj {
	var all obj
	for _, e := range db.WebhookEvents() {
		schema := obj{
			"type", "object", "required", []string{"type", "timestamp", "data"},
			"properties", obj{
				"type", obj{"const", string(e)},
				"timestamp", obj{"type", "string", "format", "date-time"},
				"data", k.of(db.WebhookData(e)),
			},
		}
		all = append(all, string(e), obj{"post", obj{
			"operationId", "on" + camel(string(e)), "tags", []string{tagWebhooks}, "summary", webhookWords[e], "description", strings.TrimSpace(aboutWebhooks),
			"security", []any{},
			"parameters", []any{
				webhookHeader("webhook-id", "names the message; the same in every attempt"),
				webhookHeader("webhook-timestamp", "seconds since 1970, when this attempt was sent"),
				webhookHeader("webhook-signature", "`v1,` and HMAC-SHA256 of id, timestamp and body, joined by dots, in base64; several with blanks between while a secret is changed"),
			},
			"requestBody", obj{"required", true, "content", obj{"application/json", obj{"schema", schema}}},
			"responses", obj{"2XX", obj{"description", "Taken."}, "410", obj{"description", "Never again: the webhook is switched off."}},
		}})
	}
	return all
}

const tagWebhooks = "Webhooks"

func webhookHeader(name, about string) obj {
	return obj{"name", name, "in", "header", "required", true, "description", about, "schema", obj{"type", "string"}}
}

// camel joins the words of a name, each with a capital: "ewaybill.part_b" is EwaybillPartB.
func camel(name string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '.' || r == '_' }) {
		b.WriteString(titled(word))
	}
	return b.String()
}

// webhookKind describes a type of the store's webhooks.
func webhookKind(t reflect.Type) (obj, bool) {
	kind, ok := webhookKinds[t.String()]
	return slices.Clone(kind), ok
}
