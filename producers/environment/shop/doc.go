// Package shop is a web shop in text, after the WebShop benchmark (Yao et al.,
// arXiv 2207.01206): an instruction says what to buy, and one searches, pages,
// reads, chooses options and buys. Buying ends the episode with a reward in
// [0,1]; only a perfect purchase, of reward 1, is a success.
//
// Actions are search[words], on the page with the search bar, and click[label]
// of anything in brackets on the page; the case of letters does not matter. An
// action that the page does not have changes nothing: its outcome shows the
// same page, and says that it was not valid.
//
// Observation.Admissible lists every click, as labelled on the page. A search
// takes any words, so that its list cannot be complete: it has the searches
// that the instruction suggests, as the benchmark's own agents were given them:
// the kind of thing, each wanted attribute with the kind, and the instruction
// itself. Other words are as valid. A finished episode admits nothing.
//
// What differs from the original: a search is refused where no search bar is
// shown; Next is shown only where a page follows; the attributes page always
// is; and a title's nouns are told by lists of words (package reward).
//
// Package catalogue writes products and goals by seed; package webshop reads
// those of the original. The rollout plays sessions; internal/app opens shops.
package shop
