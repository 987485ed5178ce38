// Package webshop reads the product and instruction files of the WebShop
// benchmark, as its own code reads them.
//
// It takes a folder with items_shuffle.json or items_shuffle_1000.json, the
// items_ins_v2 file beside it, and items_human_ins.json where people's
// instructions are wanted; without the latter the goals are the synthetic ones.
// Goals have the original's order, so that the index of a goal is the
// original's, and its splits: 0-499 test, 500-1499 dev, and then train.
//
// Files are read as a stream, one record at a time, and a record is refused
// above 16 MiB. What stays is the text of the products, about as much memory as
// titles, descriptions, features and options take in the file, and the search
// index, about one and a half times what a product is searched by. Of the full
// set, 1.18 million products in 5 GB, reckon with 6 to 8 GB; Limits reads less.
//
// One thing differs: where the original draws prices and price bounds anew at
// every start, here they are drawn by product id, once for all.
package webshop
