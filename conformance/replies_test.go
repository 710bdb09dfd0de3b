package conformance

import "encoding/json"

// einvoice is the reply of section 4.3. Its table ends with Errors, "on failure"; its
// sample of a success has none, so Errors may be missing from a success or be null.
type einvoice struct {
	Success         bool
	AckNo           string
	AckTime         moment
	IrnStatus       string
	Irn             string
	SignedInvoice   string
	SignedQRCode    string
	EwbStatus       *string
	EwbNo           *string
	EwbTime         *moment
	EwbValidTill    *moment
	QRCodeImagePng  *binary
	QRCodeImageJpeg *binary
	QRCodeImageGif  *binary
	EinvoicePdf     *binary
	EwbPdf          *binary
	Errors          *[]fault `octa:"maybe"`
}

// docIRNInfo is 4.3 without QRCodeImageJpeg and QRCodeImageGif (section 6, row 3).
type docIRNInfo struct {
	Success        bool
	AckNo          string
	AckTime        moment
	IrnStatus      string
	Irn            string
	SignedInvoice  string
	SignedQRCode   string
	EwbStatus      *string
	EwbNo          *string
	EwbTime        *moment
	EwbValidTill   *moment
	QRCodeImagePng *binary
	EinvoicePdf    *binary
	EwbPdf         *binary
	Errors         *[]fault `octa:"maybe"`
}

// cancelledIRN is the reply of section 5.
type cancelledIRN struct {
	Success    bool
	Irn        string
	CancelTime moment
}

// eway is the reply of sections 7, 8.1 and of row 2 of 8.2. EwbPdf is documented
// "when pdf=yes": without, it may be missing or null.
type eway struct {
	Success      bool
	EwbStatus    string
	EwbNo        string
	EwbTime      moment
	EwbValidTill *moment
	EwbPdf       *binary `octa:"maybe"`
}

// cancelledEWay is the reply of section 8.3.
type cancelledEWay struct {
	Success    bool
	CancelTime moment
}

// paymentQR is the reply of section 9.1.
type paymentQR struct {
	Success         bool
	QRCodeImagePng  *binary
	QRCodeImageJpeg *binary
	QRCodeImageGif  *binary
	PaymentQrCode   string
	Errors          *[]fault `octa:"maybe"`
}

// party is the flat reply of section 9.2.
type party struct {
	Success   bool
	Gstin     string
	TradeName *string
	LegalName string
	AddrBnm   *string
	AddrBno   *string
	AddrFlno  *string
	AddrSt    *string
	AddrLoc   *string
	StateCode int
	AddrPncd  int
	TxpType   string
	Status    string
	BlkStatus *string
}

// publicTaxpayer is the successful reply of section 9.3.
type publicTaxpayer struct {
	Success     bool
	Result      taxpayer
	Errors      *[]fault   `octa:"maybe"`
	Suggestions *[]jsonAny `octa:"maybe"`
}

// noTaxpayer is the failed reply of section 9.3.
type noTaxpayer struct {
	Success     bool
	Result      *taxpayer `octa:"maybe"`
	Errors      []fault
	Suggestions []jsonAny
}

// jsonAny is a member whose inside is not described.
type jsonAny = json.RawMessage

type taxpayer struct {
	Gstin                  string
	Pan                    string
	LegalName              string
	TradeName              *string
	RegistrationDate       *string
	BizEntityType          *string
	TaxPayerType           *string
	TaxPayerStatus         *string
	CancellationDate       *string
	StateJurisdictionCode  *string
	StateJurisdiction      *string
	CenterJurisdictionCode *string
	CenterJurisdiction     *string
	BusinessActivities     []string
	EinvoiceStatus         *string
	LastUpdateDate         *string
	PrincipalAddr          *address
	AdditionalAddr         []address
}

// address is Addr of section 9.3; that it has a state code is "likely" there.
type address struct {
	DoorNo       *string
	FloorNo      *string
	BuildingName *string
	Street       *string
	Landmark     *string
	Locality     *string
	Location     *string
	City         *string
	District     *string
	StateName    *string
	StateCode    *string `octa:"maybe"`
	PinCode      *string
}

// fullEWay is the reply of row 1 of section 8.2: NIC's own object, untouched.
type fullEWay struct {
	Success  bool
	Response nicEWay `octa:"free"`
}

type nicEWay struct {
	EwbNo             int64        `json:"ewbNo"`
	EwayBillDate      string       `json:"ewayBillDate"`
	GenMode           string       `json:"genMode"`
	UserGstin         string       `json:"userGstin"`
	SupplyType        string       `json:"supplyType"`
	SubSupplyType     string       `json:"subSupplyType"`
	DocType           string       `json:"docType"`
	DocNo             string       `json:"docNo"`
	DocDate           string       `json:"docDate"`
	FromGstin         string       `json:"fromGstin"`
	FromTrdName       string       `json:"fromTrdName"`
	FromAddr1         string       `json:"fromAddr1"`
	FromAddr2         string       `json:"fromAddr2"`
	FromPlace         string       `json:"fromPlace"`
	FromPincode       int          `json:"fromPincode"`
	FromStateCode     int          `json:"fromStateCode"`
	ToGstin           string       `json:"toGstin"`
	ToTrdName         string       `json:"toTrdName"`
	ToAddr1           string       `json:"toAddr1"`
	ToAddr2           string       `json:"toAddr2"`
	ToPlace           string       `json:"toPlace"`
	ToPincode         int          `json:"toPincode"`
	ToStateCode       int          `json:"toStateCode"`
	TotalValue        json.Number  `json:"totalValue"`
	TotInvValue       json.Number  `json:"totInvValue"`
	CgstValue         json.Number  `json:"cgstValue"`
	SgstValue         json.Number  `json:"sgstValue"`
	IgstValue         json.Number  `json:"igstValue"`
	CessValue         json.Number  `json:"cessValue"`
	TransporterID     string       `json:"transporterId"`
	TransporterName   string       `json:"transporterName"`
	Status            string       `json:"status"`
	ActualDist        int          `json:"actualDist"`
	NoValidDays       int          `json:"noValidDays"`
	ValidUpto         *string      `json:"validUpto"`
	ExtendedTimes     int          `json:"extendedTimes"`
	RejectStatus      string       `json:"rejectStatus"`
	ActFromStateCode  int          `json:"actFromStateCode"`
	ActToStateCode    int          `json:"actToStateCode"`
	VehicleType       string       `json:"vehicleType"`
	TransactionType   int          `json:"transactionType"`
	OtherValue        json.Number  `json:"otherValue"`
	CessNonAdvolValue json.Number  `json:"cessNonAdvolValue"`
	ItemList          []nicItem    `json:"itemList"`
	VehiclListDetails []nicVehicle `json:"VehiclListDetails"`
}

type nicItem struct {
	ItemNo        int         `json:"itemNo"`
	ProductID     int         `json:"productId"`
	ProductName   string      `json:"productName"`
	ProductDesc   string      `json:"productDesc"`
	HsnCode       int         `json:"hsnCode"`
	Quantity      json.Number `json:"quantity"`
	QtyUnit       string      `json:"qtyUnit"`
	CgstRate      json.Number `json:"cgstRate"`
	SgstRate      json.Number `json:"sgstRate"`
	IgstRate      json.Number `json:"igstRate"`
	CessRate      json.Number `json:"cessRate"`
	CessNonAdvol  json.Number `json:"cessNonAdvol"`
	TaxableAmount json.Number `json:"taxableAmount"`
}

// nicVehicle is a row of VehiclListDetails, e-way bill API 1.03, Get e-way bill.
type nicVehicle struct {
	UpdMode          string  `json:"updMode"`
	VehicleNo        string  `json:"vehicleNo"`
	FromPlace        string  `json:"fromPlace"`
	FromState        int     `json:"fromState"`
	TripshtNo        int64   `json:"tripshtNo"`
	UserGSTINTransin string  `json:"userGSTINTransin"`
	EnteredDate      string  `json:"enteredDate"`
	TransMode        string  `json:"transMode"`
	TransDocNo       string  `json:"transDocNo"`
	TransDocDate     *string `json:"transDocDate"`
	GroupNo          string  `json:"groupNo"`
}

// otherParty is the reply of row 3 of section 8.2. Octa's sample mixes fromgstin and
// fromGstin, so the rows are compared by name without regard to case.
type otherParty struct {
	Success  bool
	Response []json.RawMessage
}
