// Package compactor keeps the tables of a lake quick to read: it merges small
// files into large ones, and has collected what nobody needs any longer.
//
// It owns the choice of what is merged, the merge, and the proof that it lost
// nothing: every row's hash is made again from its content, and count and
// digest of the rows that went in must be those of the file as it lies in the
// store. Only then are the files exchanged, in one commit that changes no data.
// It never changes, drops or invents a row, never touches how far a table says
// that it was landed, and never deletes a file of a table.
//
// internal/app runs it beside a landing follower, and calls it by hand. Any
// number of compactors, landers and readers may work on one lake.
package compactor
