package sandbox

import (
	"strconv"
	"strings"

	"mohar/gst"
	"mohar/nic"
)

// portalTexts are the portal's own words for its codes; {0}, {1} stand for what is
// named. 5002 carries a sentence of its own for each breach.
//
// Source: NIC's published lists of error codes, and replies seen from the live
// portal where they say it otherwise.
var portalTexts = map[string]string{
	"1004": "Header GSTIN is required",
	"1005": "Invalid Token",
	"1006": "User Name is required",
	"1007": "Authentication failed. Pls. inform the helpdesk",
	"1010": "Invalid Client-ID/Client-Secret",
	"1011": "Client Id is required",
	"1012": "Client Secret is required",
	"1013": "Decryption of password failed",
	"1015": "Invalid GSTIN for this user",
	"1016": "Decryption of App Key failed",
	"1017": "Incorrect user id/User does not exists",
	"1019": "Incorrect Password",
	"1020": "Decryption failed",
	"2140": "Error while validating invoice",
	"2142": "Incomplete request parameters",
	"2143": "Invoice does not belongs to the user GSTIN",
	"2144": "Document date should be in the format (dd/MM/yyyy)",
	"2145": "IRN is not valid",
	"2148": "Requested IRN data is not available",
	"2150": "Duplicate IRN",
	"2154": "IRN details are not found",
	"2161": "Invalid Document Type",
	"2162": "Reverse Charge is applicable only for B2B invoices",
	"2163": "The document date should not be future date .",
	"2169": "Either supplier GSTIN or e-Commerce GSTIN can generate IRN.",
	"2171": "The recipient GSTIN cannot be URP, in case of Deemed Export transaction",
	"2172": "For intra state transaction IGST Amounts are not applicable for item - {0} ,Only Cgst and Sgst Amounts are applicable",
	"2173": "You have exceeded the limit of number of items",
	"2174": "For inter state transaction, CGST and SGST Amounts are not applicable for item - {0}, only Igst Amounts are Applicable",
	"2176": "HSN code(s)-{0} is invalid",
	"2177": "Invalid item unit code(s)-{0}",
	"2180": "For export transaction CGST and SGST Amounts are not allowed for item -{0}",
	"2182": "Taxable value of all items must be equal to total taxable value",
	"2183": "SGST value of all items must be equal to total SGST Value",
	"2184": "CGST value of all items must be equal to total CGST value",
	"2185": "IGST value of all items must be equal to total IGST Value",
	"2186": "Cess value of all items must be equal to total CessValue",
	"2187": "State Cess Value of all items must be equal to total State CessValue",
	"2189": "Invalid total Invoice Value",
	"2192": "TotAmt value should be equal to (Qty * UnitPrice) for HSN {0}",
	"2193": "AssAmt value should be equal to (TotAmt - Discount) for HSN - {0}",
	"2194": "Invalid total item value for HSN - {0}",
	"2195": "e-Commerce Gstin should be TCS",
	"2200": "Invalid state code {0} in dispatch details or ship details",
	"2201": "Invalid Port Code",
	"2202": "Invalid Country Code",
	"2203": "Invalid Foreign Currency",
	"2208": "Export details are required",
	"2211": "Supplier and recipient GSTIN should not be the same.",
	"2212": "The recipient GSTIN cannot be URP for supply type {0}",
	"2218": "The date must be lesser or equal to todays date (or) please check the date format",
	"2219": "The from date should be equal or earlier than the to date",
	"2225": "Incorrect date format in document details",
	"2226": "You are not authorised to get IRN data",
	"2227": "SGST and CGST Amounts should be equal for HSN - {0}",
	"2228": "Item list cannot be empty",
	"2230": "This IRN cannot be cancelled because e-way bill has been generated , you can cancel e-way bill and then try cancelling IRN",
	"2231": "Cannot generate e-Invoice as the supplier GSTIN - {0} is SEZ",
	"2232": "POS should be other country(code: 96 ) for {0} transaction",
	"2233": "Duplicate SI nos are not allowed in items",
	"2234": "Invalid SGST and CGST Amounts for HSN - {0}.",
	"2235": "IGST amount given with HSN -{0} is Invalid",
	"2237": "The recipient tax payer of is of type SEZ , CGST and SGST Amounts are not allowed for HSN -{0}",
	"2238": "Quantity is required for HSN - {0}",
	"2239": "Unit is required for HSN - {0}",
	"2240": "Invalid GST rate for HSN -{0}",
	"2241": "CGST and SGST amounts with HSN{0} are required for intra state transaction",
	"2242": "Recipient POS should not be Other Country(code -96) incase of transaction type {0}",
	"2243": "POS should be valid state for {0} transaction",
	"2244": "Recipient PIN code is mandatory for transaction -{0}",
	"2246": "Recipient cannot be SEZ for - {0} transaction",
	"2247": "Recipient should be SEZ for transaction {0}",
	"2248": "Recipient has to be URP in case of export transactions",
	"2255": "Requested Payload is empty",
	"2258": "Supplier GSTIN state codedoes not match with the state code passed in supplier details",
	"2259": "Invalid supplier state code",
	"2260": "Invalid recipient state code",
	"2261": "Recipient state code should be other country(code: 96 ) for {0} transaction",
	"2262": "Supplier statecode and POS should be same for intra state supply but chargeable to IGST",
	"2265": "Recipient GSTIN state code does not match with the state code passed in recipient details",
	"2266": "Cess amount given with HSN -{0} is invalid",
	"2267": "State Cess amount given with HSN -{0} is Invalid",
	"2270": "The allowed cancellation time limit is crossed, you cannot cancel the IRN",
	"2278": "IRN is already generated and is cancelled for this document number",
	"2283": "IRN details cannot be provided as it is generated more than 2 days ago",
	"2300": "Supplier GSTIN should be of type Regular or SED",
	"2305": "IRN cannot be generated with document date prior to 30 days from today for suppliers with turnover above 10 Cr",
	"2311": "6 digit HSN code is mandatory for taxpayers with turnover of 5 Cr and above",
	"3001": "Requested data is not available",
	"3026": "E-Invoice Options are not enabled for this GSTIN",
	"3028": "GSTIN is invalid",
	"3029": "GSTIN is not active",
	"3039": "PIN code does not belong to the state - {0}",
	"4000": "Status of the IRN is not active",
	"4002": "EwayBill is already generated for this IRN",
	"4003": "Requested IRN data is not available",
	"4005": "Eway Bill details are not found",
	"4006": "Requesting parameter cannot be empty",
	"4009": "E Way Bill can be generated provided at least HSN of one item belongs to goods.",
	"4010": "E-way Bill cannot generated for Debit Note, Credit Note and Services.",
	"4011": "Vehicle number should be passed in case of transportation mode is Road.",
	"4012": "The transport document number should be passed for transportation modes air and rail",
	"4014": "Invalid Vehicle Number",
	"4015": "EWayBill will not be generated for blocked User -{0}",
	"4016": "Transport document date cannot be a future date",
	"4017": "Incorrect date format",
	"4018": "Invalid Transporter ID",
	"4019": "Provide Transporter ID in order to generate Part A of e-Way Bill",
	"4020": "Invalid vehicle type .",
	"4021": "Transporter document date cannot be earlier than the invoice date.",
	"4022": "vehicle type should be passed in case of transportation mode is Road.",
	"4023": "The transport document date should be passed for transportation modes air and rail.",
	"4024": "Vehicle type should not be ODC when transmode is other than road and ship",
	"4026": "Duplicate EwayBill for the given document number, EwbNo - ({0})",
	"4027": "Transporter Id is mandatory for generation of Part A slip",
	"4028": "Transport mode is mandatory as Vehicle Number/Transport Document Number is given",
	"4029": "Valid distance to be sent in case of same pin codes, you cannot send 0 as distance in this case.",
	"4030": "The distance between the pincodes {0} and {1} is not available in the system, you need to pass the actual distance.",
	"4031": "Ship to details are mandatory for export transactions to generate e-Way Bill.",
	"4032": "Ship to state code cannot be other country code(96) for e-Way Bill generation",
	"4033": "Ship to PIN code cannot be 999999 for e-Way Bill generation",
	"4034": "Since you passed Supplier/Recipient/Dispatch from/Ship to Pincode as 999999, distance cannot be 0",
	"4035": "Dispatch state code cannot be other country code(96) for e-Way Bill generation",
	"4036": "Dispatch PIN code cannot be 999999 for e-Way Bill generation",
	"4037": "You are not authorised to get data",
	"4038": "The distance between the pincodes given is too high",
	"4039": "Vehicle type can not be regular when transport mode is ship",
	"4040": "For Ship Transport, either vehicle number or transport document number is required",
	"5001": "Application Error, Please Contact the help desk",
	"5002": "{0}",
	"5003": "Data cannot be null or empty",
	"9999": "Invoice is not active",
}

// notUTF8Text is the sentence of code 5002 for a payload that cannot be read as text.
const notUTF8Text = "The request is not UTF-8 text."

// mismatchText is the other sentence of code 2176.
const mismatchText = "Mismatch between HSN/SAC and Type of Supply for HSN - {0}"

// code returns a refusal in the portal's words.
func code(c string, args ...string) gst.RefusalCode {
	return gst.RefusalCode{Code: c, Message: fill(portalTexts[c], args)}
}

// fill puts the arguments in the places {0}, {1} … of a text.
func fill(text string, args []string) string {
	for i, a := range args {
		text = strings.ReplaceAll(text, "{"+strconv.Itoa(i)+"}", a)
	}
	return text
}

// refusal is what the portal answers when it says no: all codes of the first layer of
// checks that failed, and the information beside them.
type refusal struct {
	codes []gst.RefusalCode
	infos []nic.Info
}

// refuse returns a refusal with one code.
func refuse(c string, args ...string) *refusal {
	return &refusal{codes: []gst.RefusalCode{code(c, args...)}}
}

// Error lists the codes, for the log.
func (r *refusal) Error() string { return (&gst.Refusal{Codes: r.codes}).Error() }
