// Package embedding owns phi, which makes a vector of a state and an action,
// and the index that finds the nearest of such vectors by cosine. It is what
// retrieval of demonstrations is made of (after DreamGym, arXiv 2511.03773:
// top-k cos(phi(s_t, a_t), phi(s_i, a_i))).
//
// There are two encoders. Hashed weighs words by how rare they are, needs no
// model, and takes microseconds. Client asks a server that speaks OpenAI's
// /v1/embeddings. An Index holds vectors of one encoder in small integers,
// beside what retrieval filters by, takes more while it is searched, and can be
// saved as a file.
//
// Everything that is compared is computed in integers or rounded the same way on
// every machine, and what is equally similar is ordered by the key that the
// caller gave it: the same rows and query give the same answer, in whatever
// order the rows came.
//
// The package knows nothing of lakes, events or episodes, and never decides who
// may see a row. consumers/replay fills and asks the index; internal/app chooses
// the encoder and keeps the file, which is derived: lost or damaged, it is built
// again from the lake.
package embedding
