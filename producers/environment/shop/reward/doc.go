// Package reward grades a purchase as the WebShop benchmark does (Yao et al.,
// "WebShop: Towards Scalable Real-World Web Interaction with Grounded Language
// Agents", arXiv 2207.01206):
//
//	r = r_type · (|U_att ∩ Y_att| + |U_opt ∩ Y_opt| + [y_price ≤ u_price]) / (|U_att| + |U_opt| + 1)
//
// where U is what was asked for and Y what was bought, and r_type says how far
// it is the same kind of thing. Matching is fuzzy, as in the benchmark's code.
//
// One thing differs. The benchmark tells the nouns of a title by a statistical
// model of English; here they are the words that neither a list of function
// words nor one of adjectives holds, so that a grade never depends on a model.
//
// The package sees a product, a goal and the options chosen, and knows nothing
// of the pages. Package shop calls it when something is bought, and when it
// looks for a purchase that solves a goal.
package reward
