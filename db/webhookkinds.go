package db

import "strings"

// WebhookData returns an empty value of what the data of an event are, for descriptions of it.
func WebhookData(e WebhookEvent) any {
	switch group, _, _ := strings.Cut(string(e), "."); group {
	case "ewaybill":
		return webhookEWay{}
	case "tripsheet":
		return webhookTrip{}
	}
	return webhookDocument{}
}
