// Counts what the whole test program takes from the heap.
#pragma once

namespace musubi::identity {

// Calls of operator new since the program began.
long Allocations();

}  // namespace musubi::identity
