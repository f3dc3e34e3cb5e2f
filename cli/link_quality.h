// What `musubi-unit link` says of a model that learns: estimates, and why it refused. Counts and
// shares only.
#pragma once

#include <string>

#include "cli/command.h"
#include "engine/link/link.h"

namespace musubi::cli {

// Adds the member "quality" to `*json` and lines to `*text`.
void ShowQuality(const engine::LinkQuality& quality, Json* json, std::string* text);

// Prints why the run gave no keys.
void ShowRefusal(const Invocation& run, const engine::LinkReceipt& receipt);

}  // namespace musubi::cli
