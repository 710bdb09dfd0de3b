package gst

// The prices of a document are typed before tax, with tax in them, or in a foreign
// currency; see PriceBasis. INV-01 knows only rupees before tax, so on the last two bases
// each line keeps what was typed in TypedPrice and TypedDiscount, and the figures of
// INV-01 are worked out from them here.

// priceLine works out a line's price, amount, discount and taxable value from what was
// typed, on the document's basis. It returns what of the typed amount the line could not
// take up: paisas, on inclusive prices alone.
func (inv computation) priceLine(line *Line) (rest Paise) {
	if inv.Prices != PricesPlain {
		if line.Amount == 0 && line.Discount != 0 { // fresh from the form; later Discount is worked out
			line.TypedDiscount = line.Discount
		}
		if line.discountsByRate() {
			line.TypedDiscount = 0
		}
	}
	switch inv.Prices {
	case PricesInclusive:
		return inv.priceInclusive(line)
	case PricesForeign:
		inv.priceForeign(line)
	default:
		inv.pricePlain(line)
	}
	return 0
}

// pricePlain: UnitPrice is typed. A discount is an amount, or percentages of the amount.
func (inv *Invoice) pricePlain(line *Line) {
	line.Amount = inv.product(line, line.UnitPrice)
	if line.discountsByRate() {
		line.Discount = line.percentages(line.Amount)
	}
	line.Taxable = line.Amount - line.Discount
}

// discountsByRate reports whether the discount was typed in percent; "0+5%" is, too.
func (l *Line) discountsByRate() bool { return l.DiscountRate > 0 || l.DiscountRate2 > 0 }

// percentages returns the discount that is typed as one or two percentages of an amount,
// the second of what the first left.
func (l *Line) percentages(of Paise) Paise {
	first := l.DiscountRate.Of(of)
	return first + l.DiscountRate2.Of(of-first)
}

// typedDiscount returns the discount of a typed amount, on the basis of the document.
func (l *Line) typedDiscount(of Paise) Paise {
	if l.discountsByRate() {
		return l.percentages(of)
	}
	return l.TypedDiscount
}

// product is the quantity of the line at a price: of one where the line is a price alone,
// and one paisa above what INV-01 can carry where it is too much.
func (inv *Invoice) product(line *Line, price Milli) Paise {
	quantity := line.Quantity
	if inv.priceAlone(line) {
		quantity = 1000
	}
	amount, ok := Amount(quantity, price)
	if !ok {
		return maxPaise + 1
	}
	return amount
}

// foreignRate is how many rupees a unit of the document's currency is worth; 0 when that
// is not known.
func (inv *Invoice) foreignRate() ExchangeRate {
	if inv.Export == nil {
		return 0
	}
	return inv.Export.Rate
}

// priceForeign: the unit price is the typed one at the exchange rate, rounded half up to
// the three decimals that INV-01 has, and the amount follows from it, so that quantity ×
// price is the amount to the paisa. A discount that is an amount is in the currency, too.
// Without exchange rate the line is worth nothing, which Validate points out.
//
// Source: CGST Rules 2017, rule 34: the rate is that of the time of supply.
func (inv *Invoice) priceForeign(line *Line) {
	rate := inv.foreignRate()
	price, ok := rate.Rupees(line.TypedPrice)
	if !ok {
		price = 0
		if rate > 0 {
			price = maxMilli + 1
		}
	}
	line.UnitPrice = price
	line.Discount = 0
	line.Amount = inv.product(line, price)
	if line.discountsByRate() {
		line.Discount = line.percentages(line.Amount)
	} else if rupees, ok := rate.Rupees(Milli(line.TypedDiscount)); ok {
		line.Discount = Paise(rupees)
	}
	line.Taxable = line.Amount - line.Discount
}

// foreignTotal returns the document's total in its currency, in hundredths: the lines as
// typed, and what is in rupees only (tax, charges) at the exchange rate. Rounding to
// the rupee is no part of it.
func (inv *Invoice) foreignTotal(totals Totals) Paise {
	rate := inv.foreignRate()
	if rate <= 0 {
		return 0
	}
	var typed Paise
	for i := range inv.Lines {
		line := &inv.Lines[i]
		amount := inv.product(line, line.TypedPrice)
		typed += amount - line.typedDiscount(amount)
	}
	rest := totals.Total - totals.RoundOff - totals.Taxable
	if rest < 0 {
		return typed - rate.Foreign(-rest)
	}
	return typed + rate.Foreign(rest)
}

// priceInclusive: what was typed holds tax, ad valorem cess and the line's fixed cess. The
// discount lowers the typed amount, tax and all, and the taxable value is the largest one
// that with all taxes on it is not more than what remains. It can be up to a few paisas
// less: CGST and SGST are equal halves that grow by whole paisas, so that not every sum is
// reached (at 18% 0.05 stays 0.05 and 0.06 becomes 0.08). Those paisas are returned, and Compute
// puts them into the document's rounding, so that the customer pays what was agreed.
//
// Where the price holds no tax (reverse charge, no payment of tax, bill of supply) it is
// the price before tax.
//
// UnitPrice has three decimals only, and NIC wants quantity × price within one rupee of
// the amount: at 10,000 pieces half a thousandth is five rupees. Where the price rounded
// half up misses by more than a rupee, the next higher thousandth is taken, the amount is
// the product, and what that is too much is shown as discount.
//
// Source: CGST Rules 2017, rule 35 (value inclusive of tax); errors 2192, 2193.
func (inv computation) priceInclusive(line *Line) (rest Paise) {
	gross := inv.product(line, line.TypedPrice)
	discount := line.typedDiscount(gross)
	agreed := max(gross-discount, 0)
	before := inv.withoutTax(line, gross)
	net := before
	if discount != 0 {
		net = inv.withoutTax(line, agreed)
	}
	line.Amount, line.UnitPrice = inv.amountAndPrice(line, before)
	line.Taxable = net
	line.Discount = line.Amount - net
	if discount > gross { // Validate finds it: nobody gives back more than the price
		line.Discount = line.Amount + discount - gross
		line.Taxable = line.Amount - line.Discount
		return 0
	}
	rest = agreed - inv.withTax(line, net)
	if rest < 0 || rest > mostRest {
		return 0 // the price is below the cess that it should hold, or beyond all numbers
	}
	return rest
}

// mostRest is more paisas than one step of the taxable value can make of tax and cess.
const mostRest Paise = 10

// amountAndPrice returns a line's amount, at least the wanted one, and the unit price in
// whole thousandths that makes it within NIC's tolerance.
func (inv *Invoice) amountAndPrice(line *Line, want Paise) (amount Paise, price Milli) {
	quantity := line.Quantity
	if inv.priceAlone(line) {
		quantity = 1000
	}
	if quantity <= 0 || want > maxPaise {
		return want, line.TypedPrice
	}
	// 10,000 millionths of a rupee are a paisa; a price is that many thousandths of one.
	price, ok := scaled(Milli(want), 10_000, int64(quantity))
	if !ok {
		return want, maxMilli + 1
	}
	if product := inv.product(line, price); near(product, want) {
		return want, price
	}
	if inv.product(line, price) < want {
		price++
	}
	return inv.product(line, price), price
}

// withoutTax returns the largest taxable value of the line that with all taxes on it is
// not more than the amount.
func (inv computation) withoutTax(line *Line, amount Paise) Paise {
	if amount > maxPaise {
		return amount
	}
	low, high := Paise(0), amount
	for low < high {
		middle := low + (high-low+1)/2
		if inv.withTax(line, middle) > amount {
			high = middle - 1
		} else {
			low = middle
		}
	}
	return low
}

// withTax returns what the buyer pays for the line at a taxable value, charges aside.
func (inv computation) withTax(line *Line, taxable Paise) Paise {
	at := *line
	at.Taxable, at.OtherCharges = taxable, 0
	inv.taxLine(&at)
	return at.Total
}

// WithTax is a unit price with taxes of the given rate on it, for documents whose prices
// hold them. Half a thousandth of the price before tax is lost when it is worked out from
// an agreed one, so that a thousandth from whole paisas is those paisas: 12.50 with 18% in
// it is kept as 10.593, and comes back as 12.50.
func (m Milli) WithTax(rate Rate) Milli {
	const hundredPercent = 100_000
	price, ok := scaled(m, hundredPercent+int64(rate), hundredPercent)
	if !ok {
		return m
	}
	switch price % 10 {
	case 1:
		price--
	case 9:
		price++
	}
	return price
}
