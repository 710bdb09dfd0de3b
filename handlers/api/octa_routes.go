package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// octaRoutes are the calls of Octa's API, at its own addresses.
//
// Source: Octa API, endpoints.
func (s *Server) octaRoutes(g *echo.Group) {
	g.POST("/einvoice/generateirn", s.octaGenerate)
	g.POST("/einvoice/cancelirn", s.octaCancel)
	g.GET("/einvoice/getirn", s.octaByIRN)
	g.GET("/einvoice/getirnbydoc", s.octaByDocument)
	g.GET("/einvoice/getdocirninfo", s.octaDocumentInfo)
	g.POST("/einvoice/generatepaymentqrcode", s.octaPaymentQR)
	g.GET("/einvoice/getgstin", s.octaTaxpayer)
	g.GET("/gst/getgstin", s.octaPublicTaxpayer)
	g.GET("/octa/gst/getgstin", s.octaPublicTaxpayer)

	g.POST("/einvoice/generateewbbyirn", s.octaMakeEWayByIRN)
	g.GET("/einvoice/getewbbyirn", s.octaEWayByIRN)
	g.POST("/einvoice/generateewaybill", s.octaMakeEWay)
	g.GET("/einvoice/getewaybill", s.octaRawEWay)
	g.GET("/einvoice/getewaybillgeneratedbyconsigner", s.octaEWayOfPaper)
	g.GET("/einvoice/getewaybillsofotherparty", s.octaRawEWays)
	g.POST("/einvoice/cancelewb", s.octaCancelEWay)

	g.POST("/gstr2a/pull", octaNotHere)
	g.POST("/gstr2a/export", octaNotHere)
	g.GET("/robot/jobstatus/:job", octaNotHere)

	// A group with a guard answers for its unknown addresses itself, in words of its own.
	g.RouteNotFound("/*", s.notHere)
}

// octaNotHere answers the calls about returns, which is not what this program does. They are of
// Octa's other family, whose failures have a status of their own, and the headers.
//
// Source: Octa API, gstr2a and robot; error codes of the platform, 51.
func octaNotHere(echo.Context) error {
	return plainError{http.StatusNotFound, codeNotSupported, "Not supported", "Mohar registers e-invoices and e-way bills. GSTR-2A and its jobs are not supported here."}
}
