// Logarithms that are the same on every machine, which those of C libraries are not.
#pragma once

namespace musubi::engine {

// The logarithm of `x` to base 2, to within 10^-14. Made of IEEE 754 additions, multiplications and
// divisions in a fixed order, so that its bits depend on neither the C library nor the compiler
// (which must not fuse operations: engine/CMakeLists.txt).
//
// Requires: x is positive, normal and finite.
double Log2(double x);

}  // namespace musubi::engine
