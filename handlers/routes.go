package handlers

import (
	"github.com/labstack/echo/v4"

	"mohar/sheet"
	"mohar/static"
)

// routes names every page, grouped by who may open it.
func (s *Server) routes(e *echo.Echo) {
	// Anybody.
	e.GET("/healthz", s.healthz)
	e.GET("/readyz", s.readyz)
	e.GET(static.Prefix+"*", echo.WrapHandler(static.Handler()))
	e.GET("/setup", s.showSetup)
	e.POST("/setup", s.setup, readableForm)
	e.GET("/login", s.showLogin, s.requireSetup)
	e.POST("/login", s.login, s.requireSetup, readableForm)
	e.POST("/logout", s.logout)
	e.GET(driverPath+":token", s.showDriver)
	e.GET(driverPath+":token/ewaybill.pdf", s.driverEWay)
	e.GET(driverPath+":token/invoice.pdf", s.driverInvoice)

	// Programs, which show their key there.
	if s.api != nil {
		for _, root := range []string{"/api", "/Api", "/API"} { // clients of Octa's spell it as they like
			e.Any(root, echo.WrapHandler(s.api))
			e.Any(root+"/*", echo.WrapHandler(s.api))
		}
	}

	// Whoever is signed in.
	user := e.Group("", s.requireSetup, s.requireUser, readableForm)
	user.GET("/", s.listCompanies)
	user.GET("/companies/new", s.newCompany)
	user.POST("/companies", s.addCompany)
	user.POST("/companies/lookup", s.lookupCompany)
	user.POST("/companies/training", s.makeTraining)
	user.GET("/gstin", s.checkGSTIN)
	user.GET(rulesURL, s.showRules)
	user.GET(rulesURL+"/change", s.changeRule)
	user.POST(rulesURL+"/change", s.saveRule)
	user.POST(rulesURL+"/remove", s.removeRule)
	user.GET(certificatesURL, s.showCertificates)
	user.POST(certificatesURL, s.addCertificate)
	user.POST(certificatesURL+"/verify", s.verifyAgain)
	user.POST(certificatesURL+"/remove", s.removeCertificate)
	user.GET(verifyURL, s.showVerify)
	user.POST(verifyURL, s.checkSigned)
	s.keyRoutes(user)
	s.webhookRoutes(user)

	// Whoever is signed in, about one company.
	company := user.Group("/c/:gstin", s.withCompany)
	company.GET("", s.openCompany)
	company.GET("/overview", s.openCompany)
	company.GET(verifyURL, s.showVerify)
	company.POST(verifyURL, s.checkSigned)
	s.invoiceRoutes(company)
	s.ewayRoutes(company)
	s.queueRoutes(company)
	s.customerRoutes(company)
	s.itemRoutes(company)
	s.settingsRoutes(company)
	s.trainingRoutes(company)
	company.GET("/reports/documents", s.showDocumentsIssued)
	company.GET("/reports/documents.csv", s.documentsIssuedCSV)
}

// keyRoutes are the keys of programs that call the JSON API, which belong to the firm.
func (s *Server) keyRoutes(user *echo.Group) {
	user.GET(keysURL, s.listKeys)
	user.POST(keysURL, s.makeKey)
	user.GET(keysURL+"/new", s.newKey)
	user.GET(keysURL+"/:id", s.showKey)
	user.POST(keysURL+"/:id/revoke", s.revokeKey)
}

// webhookRoutes are the addresses that are told what happens, which belong to the firm.
func (s *Server) webhookRoutes(user *echo.Group) {
	user.GET(webhooksURL, s.listWebhooks)
	user.POST(webhooksURL, s.addWebhook)
	user.GET(webhooksURL+"/new", s.newWebhook)
	user.GET(webhooksURL+"/:id", s.showWebhook)
	user.GET(webhooksURL+"/:id/edit", s.editWebhook)
	user.POST(webhooksURL+"/:id/edit", s.saveWebhook)
	user.POST(webhooksURL+"/:id/test", s.testWebhook)
	user.POST(webhooksURL+"/:id/switch", s.switchWebhook)
	user.POST(webhooksURL+"/:id/secret", s.rotateWebhook)
	user.POST(webhooksURL+"/:id/delete", s.deleteWebhook)
	user.POST(webhooksURL+"/:id/resend", s.resendFailed)
	user.GET(webhooksURL+"/:id/messages/:message", s.showDelivery)
	user.POST(webhooksURL+"/:id/messages/:message/resend", s.resendDelivery)
}

// ewayRoutes are the e-way bills of one company, its trip sheets and the gate.
func (s *Server) ewayRoutes(company *echo.Group) {
	company.GET("/ewaybills", s.listEWays)
	company.POST("/ewaybills", s.makeEWay)
	company.GET("/ewaybills/new", s.newEWay)
	company.GET("/ewaybills/fetch", s.showFetch)
	company.POST("/ewaybills/fetch", s.fetchEWays)
	company.GET("/ewaybills/print", s.printEWays)
	company.GET("/ewaybills/:id", s.showEWay)
	company.GET("/ewaybills/:id/events", s.watchEWay)
	company.GET("/ewaybills/:id/pdf", s.printEWay)
	company.GET("/ewaybills/:id/mend", s.mendEWay)
	company.POST("/ewaybills/:id/mend", s.makeEWay)
	company.POST("/ewaybills/:id/do/:action", s.orderEWay)
	company.POST("/ewaybills/:id/withdraw", s.withdrawEWay)
	company.POST("/ewaybills/:id/drop", s.dropEWay)
	company.POST("/ewaybills/:id/unschedule", s.unscheduleEWay)
	company.POST("/ewaybills/:id/read", s.readEWay)
	company.POST("/ewaybills/:id/share", s.shareEWay)
	company.POST("/ewaybills/:id/share/end", s.unshareEWay)
	company.GET("/ewaybills/:id/calls", s.showEWayCalls)
	company.GET("/ewaybills/:id/calls.txt", s.ewayCallsText)
	company.GET("/trips", s.listTrips)
	company.POST("/trips", s.makeTrip)
	company.GET("/trips/new", s.newTrip)
	company.GET("/trips/:id", s.showTrip)
	company.GET("/trips/:id/pdf", s.tripPDF)
	company.POST("/trips/:id/again", s.tripAgain)
	company.GET("/gate", s.showGate)
	company.POST("/gate", s.leaveGate)
	company.GET("/gate/vehicle", s.checkVehicle)
}

// queueRoutes are the queue to the portal of one company, and work on many documents.
func (s *Server) queueRoutes(company *echo.Group) {
	company.GET("/queue", s.showQueue)
	company.POST("/queue/now", s.tryQueueNow)
	company.POST("/queue/pause", s.pauseQueue)
	company.POST("/bulk", s.startBulk)
	company.GET("/bulk/:id", s.showBulk)
	company.POST("/bulk/:id/stop", s.stopBulk)
}

// customerRoutes are the customers, suppliers and transporters of one company.
func (s *Server) customerRoutes(company *echo.Group) {
	company.GET("/customers", s.listCustomers)
	company.POST("/customers", s.saveCustomer)
	company.GET("/customers/new", s.newCustomer)
	company.GET("/customers/export.xlsx", s.exportCustomers(sheet.XLSX))
	company.GET("/customers/export.csv", s.exportCustomers(sheet.CSV))
	company.GET("/customers/import", s.showBring(bringCustomers))
	company.POST("/customers/import", s.bring(bringCustomers))
	company.GET("/customers/form.xlsx", s.emptyForm(bringCustomers))
	company.GET("/customers/statuses", s.followStatuses)
	company.POST("/customers/statuses", s.checkStatuses)
	company.GET("/customers/:id", s.openCustomer)
	company.POST("/customers/:id", s.saveCustomer)
	company.POST("/customers/:id/delete", s.deleteCustomer)
	company.GET("/transporters", s.listTransporters)
	company.POST("/transporters", s.saveTransporter)
	company.GET("/transporters/new", s.newTransporter)
	company.GET("/transporters/:id", s.openTransporter)
	company.POST("/transporters/:id", s.saveTransporter)
	company.POST("/transporters/:id/delete", s.deleteTransporter)
}

// itemRoutes are the items of one company, and the tariff codes.
func (s *Server) itemRoutes(company *echo.Group) {
	company.GET("/items", s.listItems)
	company.POST("/items", s.saveItem)
	company.GET("/items/new", s.newItem)
	company.GET("/items/export.xlsx", s.exportItems(sheet.XLSX))
	company.GET("/items/export.csv", s.exportItems(sheet.CSV))
	company.GET("/items/import", s.showBring(bringItems))
	company.POST("/items/import", s.bring(bringItems))
	company.GET("/items/form.xlsx", s.emptyForm(bringItems))
	company.GET("/items/:id", s.openItem)
	company.POST("/items/:id", s.saveItem)
	company.POST("/items/:id/delete", s.deleteItem)
	company.GET("/invoices/items", s.suggestItems)
	company.GET("/hsn", s.searchHSN)
	company.GET("/hsn/options", s.suggestHSN)
	company.GET("/hsn/note", s.noteHSN)
	company.POST("/hsn/import", s.importHSN)
}

// invoiceRoutes are the documents of one company.
func (s *Server) invoiceRoutes(company *echo.Group) {
	company.GET("/invoices", s.listInvoices)
	company.POST("/invoices", s.saveInvoice)
	company.GET("/invoices/new", s.newInvoice)
	company.GET("/invoices/import", s.showImport)
	company.POST("/invoices/import", s.importINV01)
	company.GET("/invoices/elsewhere", s.showElsewhere)
	company.POST("/invoices/elsewhere", s.recordElsewhere)
	company.GET("/invoices/elsewhere/form", s.elsewhereTemplate)
	company.GET("/byhand", s.showByHand)
	company.POST("/byhand", s.doByHand)
	company.GET("/byhand/file", s.handFile)
	company.POST("/invoices/preview", s.previewInvoice)
	company.POST("/invoices/draft", s.autosave)
	company.GET("/invoices/customers", s.customerOptions)
	company.GET("/invoices/ports", s.portOptions)
	company.GET("/invoices/hsn", s.hsnOptions)
	company.GET("/invoices/:id", s.showInvoice)
	company.GET("/invoices/:id/events", s.watchInvoice)
	company.GET("/invoices/:id/pdf", s.invoicePDF)
	company.GET("/invoices/:id/json", s.invoiceJSON)
	company.GET("/invoices/:id/inv01", s.invoiceINV01)
	company.GET("/invoices/:id/edit", s.editInvoice)
	company.POST("/invoices/:id/edit", s.amendInvoice)
	company.POST("/invoices/:id/register", s.registerInvoice)
	company.POST("/invoices/:id/retry", s.retryInvoice)
	company.POST("/invoices/:id/cancel", s.cancelIRN)
	company.POST("/invoices/:id/ask", s.askPortal)
	company.POST("/invoices/:id/resend", s.resendInvoice)
	company.GET("/invoices/:id/calls", s.showCalls)
	company.GET("/invoices/:id/calls.txt", s.callsText)
	company.POST("/invoices/:id/void", s.voidInvoice)
	company.GET("/invoices/:id/note", s.showNote)
	company.POST("/invoices/:id/note", s.makeNote)
	company.POST("/invoices/:id/invoice", s.invoiceFrom)
	company.POST("/invoices/:id/delete", s.deleteDraft)
}

// trainingRoutes are the drills of one company in practice.
func (s *Server) trainingRoutes(company *echo.Group) {
	company.GET("/training", s.showTraining)
	company.GET("/training/strip", s.showDrillStrip)
	company.POST("/training/end", s.endDrill)
	company.POST("/training/:drill/start", s.startDrill)
}

// settingsRoutes are the GSTIN settings of one company.
func (s *Server) settingsRoutes(company *echo.Group) {
	company.GET("/settings", s.openSettings)
	company.GET("/settings/einvoice", s.showConfiguration)
	company.POST("/settings/einvoice", s.saveConfiguration)
	company.POST("/settings/live", s.goLive)
	company.GET("/settings/credentials", s.showCredentials)
	company.POST("/settings/credentials/practice", s.fillPracticeCredentials)
	company.POST("/settings/credentials/:provider", s.saveCredentials)
	company.POST("/settings/credentials/:provider/test", s.testSignIn)
	company.POST("/settings/credentials/:provider/ping", s.pingProvider)
	company.POST("/settings/credentials/:provider/move", s.moveCredentials)
	company.POST("/settings/credentials/:provider/use", s.useCredentials)
	company.GET("/settings/series", s.showSeries)
	company.POST("/settings/series", s.saveSeries)
	company.POST("/settings/series/preview", s.previewSeries)
	company.GET("/settings/lock", s.showLock)
	company.POST("/settings/lock", s.setLock)
	company.GET("/settings/print", s.showPrint)
	company.POST("/settings/print", s.savePrint)
	company.GET("/settings/print/sample.pdf", s.samplePaper)
	company.POST("/settings/print/sample.pdf", s.samplePaper)
	company.GET("/settings/branches", s.showBranches)
	company.POST("/settings/branches", s.addBranch)
	company.GET("/settings/branches/:code", s.showBranch)
	company.POST("/settings/branches/:code", s.saveBranch)
	company.POST("/settings/branches/:code/remove", s.removeBranch)
}
