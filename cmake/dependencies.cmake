# Every library that Musubi uses. All come from Debian packages: scripts/setup.sh names them.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(TBB REQUIRED)
find_package(OpenSSL 3.0.22 REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS uc i18n)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(RocksDB REQUIRED)
find_package(LibArchive REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Eigen3 3.4 REQUIRED)
find_package(spdlog REQUIRED)
find_package(GTest REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(lemon REQUIRED IMPORTED_TARGET lemon)
pkg_check_modules(pcre2 REQUIRED IMPORTED_TARGET libpcre2-8)

# The pages are built with Vite, which needs Node 18 or later.
find_program(MUSUBI_NODE node REQUIRED)
find_program(MUSUBI_NPM npm REQUIRED)
find_program(MUSUBI_CHROMIUM NAMES chromium chromium-browser google-chrome REQUIRED)
execute_process(COMMAND ${MUSUBI_NODE} --version OUTPUT_VARIABLE MUSUBI_NODE_VERSION
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "^v" "" MUSUBI_NODE_VERSION "${MUSUBI_NODE_VERSION}")
if(MUSUBI_NODE_VERSION VERSION_LESS 18)
  message(FATAL_ERROR "node is version ${MUSUBI_NODE_VERSION}; 18 or later is needed")
endif()

# libcsv ships neither a CMake package nor a pkg-config file; valijson is headers only.
find_library(MUSUBI_LIBCSV csv REQUIRED)
find_path(MUSUBI_VALIJSON_INCLUDE valijson/validator.hpp REQUIRED)

if(MUSUBI_BENCH)
  find_package(benchmark REQUIRED)
endif()
