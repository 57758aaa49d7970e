# DuckDB as tools/fetch_duckdb brings it: the target DuckDB::DuckDB. Programs find the library through their run path,
# which is relative to where they are.
set(duckdb_folder ${CMAKE_SOURCE_DIR}/build/duckdb)
execute_process(COMMAND ${CMAKE_SOURCE_DIR}/tools/fetch_duckdb COMMAND_ERROR_IS_FATAL ANY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/duckdb/package-lock.json)

find_library(DuckDB_LIBRARY duckdb PATHS ${duckdb_folder} NO_DEFAULT_PATH)
find_path(DuckDB_INCLUDE_DIR duckdb.h PATHS ${duckdb_folder} NO_DEFAULT_PATH)
mark_as_advanced(DuckDB_LIBRARY DuckDB_INCLUDE_DIR)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR)

if(DuckDB_FOUND AND NOT TARGET DuckDB::DuckDB)
  add_library(DuckDB::DuckDB SHARED IMPORTED GLOBAL)
  set_target_properties(DuckDB::DuckDB PROPERTIES
                        IMPORTED_LOCATION ${DuckDB_LIBRARY}
                        INTERFACE_INCLUDE_DIRECTORIES ${DuckDB_INCLUDE_DIR})
endif()
