package api

import "net/http"

// openapiIntro is what stands above everything in the description.
const openapiIntro = `Our own calls are below ` + "`/api/v1`" + `. Those of Octa GST are beside them, so that a program which speaks to Octa changes its address and its key; see the last heading.

**Key.** HTTP Basic: the Key Id is the user name, the Key Secret the password. A key has scopes (` + "`read`, `write`, `cancel`" + `) and companies; a company that it was not given is not found.

**Bodies** are JSON in UTF-8, also with ` + "`Content-Encoding: gzip`" + `. INV-01 and e-way bill JSON are read in every usual shape: singular and plural names of blocks, numbers as text, members that nobody knows. Answers of our own write names in snake_case, money and quantities as numbers with exact decimals, days as ` + "`2026-11-22`" + `, moments as ` + "`2026-11-22T10:00:00+05:30`" + `.

**Errors** are RFC 9457 problem details (` + "`application/problem+json`" + `): all that is wrong at once, each with NIC's code where it has one, and a JSON pointer into the body as it was sent.

**Repeating.** A POST with an ` + "`Idempotency-Key`" + ` can be sent again when no answer came: within 24 hours the first answer comes back and nothing is done twice. Another call with the same key is refused with 409.

**Changing with care.** Things have an ` + "`ETag`" + `; send it as ` + "`If-Match`" + ` with a change, or as ` + "`If-None-Match`" + ` when you ask again.

**Lists** give ` + "`data`" + ` and ` + "`next`" + `: send that as ` + "`cursor`" + ` for the next page. Query parameters that a call does not know are refused.

**Limits.** A document has at most 2 MB and 1,000 items. How many calls a key may still make is in the headers ` + "`RateLimit-Limit`, `RateLimit-Remaining`, `RateLimit-Reset`" + `; 429 and 503 say in ` + "`Retry-After`" + ` how long to wait.

**The portal** is asked in the background: what was taken is done, through restarts and outages, and never twice.`

// tagOcta is the heading of Octa's calls.
const tagOcta = "Octa-compatible"

const aboutOcta = "As Octa GST has them: failures are HTTP 200 with `Success` false and all `Errors`, codes are NIC's or `OCTA-nnn`, times are Indian. " +
	"Paths and query parameters may be written in any case. The headers `Octa-ErrorCode` and `Octa-ErrorMessage` say the same."

// openapiHeaders are the headers of answers.
var openapiHeaders = obj{
	"RequestId", textHeader("names this call in the log"),
	"RateLimitLimit", numberHeader("calls that may come at once"),
	"RateLimitRemaining", numberHeader("calls that are left"),
	"RateLimitReset", numberHeader("seconds until all are there again"),
	"Location", textHeader("where the thing is that was made"),
	"ETag", textHeader("the version of the thing, for If-Match and If-None-Match"),
	"Replayed", textHeader("true: this is the kept answer to an earlier call with the same Idempotency-Key"),
	"RetryAfter", numberHeader("seconds to wait"),
}

func textHeader(about string) obj {
	return obj{"description", about, "schema", obj{"type", "string"}}
}

func numberHeader(about string) obj {
	return obj{"description", about, "schema", obj{"type", "integer"}}
}

// failureNames are the answers of calls that did not go well, by status.
var failureNames = map[int]string{
	http.StatusNotModified: "NotModified", http.StatusBadRequest: "BadRequest", http.StatusUnauthorized: "NoKey", http.StatusForbidden: "NotAllowed",
	http.StatusNotFound: "NotFound", http.StatusConflict: "Conflict", http.StatusPreconditionFailed: "Stale", http.StatusRequestEntityTooLarge: "TooLarge",
	http.StatusUnprocessableEntity: "Invalid", http.StatusTooManyRequests: "TooMany", http.StatusServiceUnavailable: "NotNow",
}

// openapiResponses are those answers.
var openapiResponses = obj{
	"NotModified", obj{"description", "You have this already (If-None-Match)."},
	"BadRequest", failure("Not JSON, or a parameter that this call does not know or take."),
	"NoKey", failure("No key, a wrong one, or one that is revoked or expired."),
	"NotAllowed", failure("The key has not the scope for this call."),
	"NotFound", failure("There is nothing of this name, or it is of a company that the key was not given."),
	"Conflict", failure("Not possible as things stand: the detail says why. Also: the Idempotency-Key was used for another call, or its call is under way."),
	"Stale", failure("The thing was changed since you read it (If-Match)."),
	"TooLarge", failure("The body is larger than this call takes."),
	"Invalid", failure("Something in the body is wrong, or the portal refused it: errors says all of it."),
	"TooMany", failure("Too many calls.", "Retry-After", headerRef("RetryAfter")),
	"NotNow", failure("The portal, or this server, cannot answer now. What was taken before is not lost.", "Retry-After", headerRef("RetryAfter")),
}

// failure is an answer that is a problem.
func failure(about string, headers ...any) obj {
	f := obj{"description", about}
	if len(headers) > 0 {
		f = f.with("headers", obj(headers))
	}
	return f.with("content", obj{"application/problem+json", obj{"schema", obj{"$ref", "#/components/schemas/Problem"}}})
}
