# How a room, a program or a test is built, so that each is declared in a line or two.

add_library(musubi_options INTERFACE)
target_include_directories(musubi_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(musubi_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Wimplicit-fallthrough -fstack-protector-strong
  # g++ 12 reports -Wrestrict inside std::string where there is nothing (GCC bug 105651).
  -Wno-restrict
  # Messages of MUSUBI_CHECK name files from the top of the source tree.
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=
  $<$<BOOL:${MUSUBI_WERROR}>:-Werror>)
# Bound at start: a function bound at its first call has the loader save the caller's vector
# registers, with what they hold of a key, on the stack, where nothing wipes them.
target_link_options(musubi_options INTERFACE -Wl,-z,relro,-z,now)
if(MUSUBI_SANITIZE)
  target_compile_options(musubi_options INTERFACE
    -fsanitize=${MUSUBI_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # The sanitizers' own code makes g++ 12 see uninitialised variables that are none.
    -Wno-maybe-uninitialized)
  target_link_options(musubi_options INTERFACE -fsanitize=${MUSUBI_SANITIZE})
endif()
if(MUSUBI_COVERAGE)
  target_compile_options(musubi_options INTERFACE --coverage)
  target_link_options(musubi_options INTERFACE --coverage)
endif()
if(MUSUBI_FUZZ)
  target_compile_options(musubi_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# musubi_room(NAME SOURCES a.cc ... DEPENDS target ...): a static library of one room.
# Headers may name only the rooms of the table in cmake/check_layers.py; DEPENDS may name more
# libraries than rooms, but of rooms only those.
function(musubi_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(musubi_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(musubi_${name} PUBLIC musubi_options PRIVATE ${ROOM_DEPENDS})
endfunction()

# GoogleTest's headers, compiled once for all tests.
file(WRITE ${PROJECT_BINARY_DIR}/test_headers.cc "")
add_library(musubi_test_headers OBJECT EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/test_headers.cc)
target_link_libraries(musubi_test_headers PRIVATE musubi_options GTest::gmock GTest::gtest)
target_compile_options(musubi_test_headers PRIVATE $<$<CONFIG:Release>:-O1>)
target_precompile_headers(musubi_test_headers PRIVATE <gmock/gmock.h> <gtest/gtest.h> <filesystem>
  <fstream> <random> <string> <vector>)

# musubi_test(NAME SOURCES a.cc ... DEPENDS target ...): a GoogleTest program, found by ctest.
# Tests wait on the compiler more than on the processor, so they are compiled with little
# optimisation; what they test is not.
function(musubi_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE ${TEST_DEPENDS} musubi_options GTest::gmock
    GTest::gtest_main)
  # At -O1 g++ 12 sees overflows inside std::string where there are none.
  target_compile_options(${name} PRIVATE
    $<$<CONFIG:Release>:-O1> -Wno-array-bounds -Wno-stringop-overflow)
  target_precompile_headers(${name} REUSE_FROM musubi_test_headers)
  target_compile_definitions(${name} PRIVATE
    MUSUBI_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
