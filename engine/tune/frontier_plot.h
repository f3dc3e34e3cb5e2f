// The candidates of a tuning as a picture: F1 to the right, risk upwards. Counts and names of
// candidates alone.
#pragma once

#include <string>

#include "engine/tune/tune.h"

namespace musubi::engine {

// An SVG file that needs nothing else: each candidate that was attacked is a numbered point, at its
// F1 on copies with the usual errors and, on a logarithmic axis, at its risk's upper bound; lines
// show the frontier and the floor. A list has all candidates, by number, with what was found.
std::string FrontierSvg(const TuneReport& report);

}  // namespace musubi::engine
