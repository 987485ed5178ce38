package shop

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

// render shows a page as text: what can be clicked stands in brackets.
func (e *Environment) render(p *page, g *catalogue.Goal) string {
	switch p.place {
	case atSearch:
		return "WebShop\nInstruction:\n" + g.Instruction + "\n[Search]"
	case atResults:
		return e.renderResults(p)
	case atItem:
		return renderItem(&e.catalogue.Products[p.product], p.chosen)
	default:
		return renderDetails(&e.catalogue.Products[p.product], p.details)
	}
}

func (e *Environment) renderResults(p *page) string {
	var b strings.Builder
	line(&b, "[", backToSearch, "]")
	line(&b, fmt.Sprintf("Page %d (Total results: %d)", p.number+1, len(p.results)))
	for _, button := range e.resultButtons(p)[1:] {
		line(&b, "[", button.label, "]")
		if button.effect == toItem {
			product := &e.catalogue.Products[button.index]
			line(&b, product.Title)
			line(&b, product.PriceTag)
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func renderItem(p *catalogue.Product, chosen []string) string {
	var b strings.Builder
	for _, value := range chosen {
		if value != "" {
			line(&b, "You have clicked ", value, ".")
		}
	}
	line(&b, "[", backToSearch, "]")
	line(&b, "[", previous, "]")
	for _, o := range p.Options {
		line(&b, o.Name, " [", strings.Join(o.Values, "]["), "]")
	}
	line(&b, p.Title)
	line(&b, "Price: ", p.PriceTag)
	line(&b, "Rating: ", p.Rating)
	for _, d := range []string{description, features, reviews, attributes} {
		line(&b, "[", d, "]")
	}
	b.WriteString("[" + buyNow + "]")
	return b.String()
}

func renderDetails(p *catalogue.Product, details string) string {
	var b strings.Builder
	line(&b, "[", backToSearch, "]")
	line(&b, "[", previous, "]")
	switch details {
	case description:
		line(&b, p.Description)
	case features:
		for _, f := range p.Features {
			line(&b, f)
		}
	case reviews:
		for _, r := range p.Reviews {
			line(&b, strconv.Quote(r.Title))
			line(&b, strconv.Itoa(r.Stars), " of 5 stars")
			line(&b, r.Body)
		}
	case attributes:
		for _, a := range p.Attributes {
			line(&b, a)
		}
		line(&b, p.Category)
		line(&b, p.Query)
		line(&b, strings.Join(p.Path, " › "))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// renderEnd shows what a purchase was worth, written as the original does.
func renderEnd(reward float64) string {
	score := strconv.FormatFloat(reward, 'f', -1, 64)
	if !strings.Contains(score, ".") {
		score += ".0"
	}
	return "Thank you for shopping with us!\nYour score (min 0.0, max 1.0): " + score
}

func line(b *strings.Builder, parts ...string) {
	for _, p := range parts {
		b.WriteString(p)
	}
	b.WriteByte('\n')
}
