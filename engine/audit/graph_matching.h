// The attack that needs no key and no known pair: the graph of similarities of encodings laid upon
// that of people known in clear. Sees encodings alone. Private to engine/audit.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/audit/dense.h"

namespace musubi::engine {

// One side of the match: people by how alike they are.
struct Graph {
  Matrix rows;      // unit rows, whose products are similarities
  Matrix places;    // where each lies among all others
  Matrix profiles;  // how its similarities are spread
};

// The graph of unit rows, which are in random order.
//
// Threads: safe; parallel inside. Deterministic.
Graph DrawGraph(Matrix unit_rows);

// For each row of `victim`, encodings under a key that the attacker does not have, the row of
// `attacker`, people whom the attacker knows and encoded under keys of its own, that it takes for
// the same person.
//
// Both graphs lie in space by their main directions. Turns of the first few that bring one cloud of
// people upon the other are found by their shapes; from each, who is who and which directions
// belong together are found in turn. The one that tells most of each person counts, for wrong ones
// explain nearly nothing; whoever it is surest of are at last the known pairs of an anchor profile
// attack.
//
// Requires: at least 64 rows each, and no more victims than attackers.
// Threads: safe; parallel inside. Deterministic.
// Source:  Vidanage, Christen, Ranbaduge, Schnell, "A graph matching attack on privacy-preserving
//          record linkage", CIKM 2020; Schaefer, Armknecht, Heng, "R+R: Revisiting graph matching
//          attacks on privacy-preserving record linkage", ACSAC 2024. Embeddings are spectral here,
//          so that nothing is learnt by chance; likely_turns.h and coupling.h align them.
std::vector<std::uint32_t> MatchGraphs(const Graph& victim, const Graph& attacker);

}  // namespace musubi::engine
