// What `musubi-unit link` says of how good its links are: estimates, and why a model that learns
// refused. Counts and shares only.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "engine/link/link.h"

namespace musubi::cli {

// Adds the member "quality" to `*json` and lines to `*text`.
void ShowQuality(const engine::LinkQuality& quality, Json* json, std::string* text);

// Adds `planted` to the member "quality" of `*json`, and a line for all and each holder to `*text`.
// Nothing where nobody planted copies.
void ShowPlanted(const std::vector<engine::PlantedRecall>& planted, Json* json, std::string* text);

// Adds what a third holder's records tell of the recall, where there are three: the member
// quality.recapture.
void ShowRecapture(const engine::Recapture& recapture, Json* json, std::string* text);

// Prints why the run gave no keys.
void ShowRefusal(const Invocation& run, const engine::LinkReceipt& receipt);

}  // namespace musubi::cli
