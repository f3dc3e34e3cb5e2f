// The attack that needs no key and no known pair: the graph of similarities of encodings laid upon
// that of people known in clear. Sees encodings alone. Private to engine/audit.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/audit/dense.h"

namespace musubi::engine {

// For each row of `victim`, unit rows under a key that the attacker does not have, the row of
// `attacker`, unit rows of people whom the attacker knows under a key of its own, that it takes for
// the same person.
//
// Both graphs are embedded by their main directions; records whose similarities are spread alike
// turn one embedding roughly into the other; then nearest records and the best turn are found in
// turn, over more and more dimensions, until most records are each other's nearest. Those are at
// last the known pairs of an anchor profile attack.
//
// Requires: at least 64 rows each.
// Threads: safe; parallel inside. Deterministic.
// Source:  Vidanage, Christen, Ranbaduge, Schnell, "A graph matching attack on privacy-preserving
//          record linkage", CIKM 2020; Schaefer, Armknecht, Heng, "R+R: Revisiting graph matching
//          attacks on privacy-preserving record linkage", ACSAC 2024. Embeddings are spectral here,
//          and the start is by profiles, so that nothing is learnt by chance; alignment as in
//          Grave, Joulin, Berthet, "Unsupervised alignment of embeddings with Wasserstein
//          Procrustes", AISTATS 2019.
std::vector<std::uint32_t> MatchGraphs(const Matrix& victim, const Matrix& attacker);

}  // namespace musubi::engine
