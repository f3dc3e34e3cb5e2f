# musubi_embed(TARGET FILE NAMESPACE SYMBOL): makes the bytes of a data file, which stay readable
# and reviewable as a file, a `const std::string_view SYMBOL` in a namespace. FILE is absolute, or
# seen from the folder that calls.
#
# Also the script that writes the source:
#   cmake -D INPUT=... -D OUTPUT=... -D NAMESPACE=... -D SYMBOL=... -P this
if(DEFINED INPUT)
  file(READ ${INPUT} text)
  file(WRITE ${OUTPUT} "#include <string_view>\n\n"
    "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\n"
    "namespace ${NAMESPACE} {\n\n"
    "extern const std::string_view ${SYMBOL};\n"
    "const std::string_view ${SYMBOL} = R\"table(${text})table\";\n\n"
    "}  // namespace ${NAMESPACE}\n")
  return()
endif()

function(musubi_embed target file namespace symbol)
  get_filename_component(input ${file} ABSOLUTE)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cc)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D INPUT=${input} -D OUTPUT=${output}
      -D NAMESPACE=${namespace} -D SYMBOL=${symbol} -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${input} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
