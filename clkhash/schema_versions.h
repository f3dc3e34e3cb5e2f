// Schemas of versions 1 and 2 written as version 3. Private to clkhash.
#pragma once

#include "clkhash/json_text.h"

namespace musubi::clkhash {

// Version 1 to version 2: each feature gets the global hash and its own k, the global k times its
// weight, rounded half to even; a feature of weight 0 is ignored.
//
// Requires: CheckShape found nothing wrong.
Json ConvertVersion1(const Json& schema);

// Version 2 to version 3: k, numBits and ngram get their new names and places.
//
// Requires: CheckShape found nothing wrong, or `schema` is what ConvertVersion1 made.
Json ConvertVersion2(const Json& schema);

}  // namespace musubi::clkhash
