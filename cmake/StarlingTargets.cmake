# Flags and sources that all targets of the project share.

# Contraction is off, so that a * b + c rounds twice everywhere and the same seed gives the same epidemic on every
# machine. No-trapping-math and no-math-errno let loops vectorise; they change no result.
set(starling_cxx_flags -Wall -Wextra -Wpedantic -Wshadow -Wconversion -ffp-contract=off -fno-math-errno
                       -fno-trapping-math)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms from inside the AVX-512 intrinsics of GCC 12 (GCC bug 105593).
  list(APPEND starling_cxx_flags -Wno-maybe-uninitialized -Wno-uninitialized)
  # Packs of lanes (core/pack.hpp) are never passed between separately compiled functions.
  list(APPEND starling_cxx_flags -Wno-psabi)
  # GCC 12 builds some constant lists wrongly with AVX-512: {1.0, 1.0, 1.0, 0.0} becomes {1.0, 1.0, 1.0, 1.0}. Packing
  # straight-line code is the pass at fault; loops are vectorised by another one.
  if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12 AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    list(APPEND starling_cxx_flags -fno-tree-slp-vectorize)
  endif()
  # Loops over 8 or 16 lanes would be unrolled completely before the vectoriser sees them.
  list(APPEND starling_cxx_flags --param=max-completely-peel-times=7)
endif()
set(starling_speed_flags "")
if(STARLING_MARCH)
  list(APPEND starling_speed_flags -march=${STARLING_MARCH})
endif()
if(STARLING_WERROR)
  list(APPEND starling_cxx_flags -Werror)
endif()
if(STARLING_SANITIZE)
  list(APPEND starling_cxx_flags -fsanitize=${STARLING_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    list(APPEND starling_cxx_flags "-fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/tests/sanitizer/foreign_code.txt")
  endif()
endif()

# UNOPTIMISED: -O0 and the plainest processor instead of the flags for speed; results do not depend on them.
function(starling_configure target)
  cmake_parse_arguments(PARSE_ARGV 1 option "UNOPTIMISED" "" "")
  set(speed_flags ${starling_speed_flags})
  if(option_UNOPTIMISED)
    set(speed_flags -O0)
  endif()
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>"
                                              "$<INSTALL_INTERFACE:include>")
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:starling_headers>)
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:${starling_cxx_flags};${speed_flags}>")
  if(STARLING_SANITIZE)
    target_link_options(${target} PUBLIC -fsanitize=${STARLING_SANITIZE})
  endif()
  if(OpenMP_CXX_FOUND)
    target_link_libraries(${target} PRIVATE OpenMP::OpenMP_CXX)
  else()
    target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CXX>:-Wno-unknown-pragmas>")
  endif()
  if(STARLING_HAVE_CUDA)
    target_compile_definitions(${target} PUBLIC STARLING_WITH_CUDA=1)
    if(STARLING_SYNC_LAUNCHES)
      target_compile_definitions(${target} PRIVATE STARLING_SYNC_LAUNCHES=1)
    endif()
    # --fmad=false is the device's -ffp-contract=off.
    target_compile_options(${target} PRIVATE
      "$<$<COMPILE_LANGUAGE:CUDA>:--fmad=false;--expt-relaxed-constexpr;-Werror=all-warnings;-Xcompiler=-Wall>")
    target_link_libraries(${target} PRIVATE CUDA::cudart_static)
  endif()
endfunction()

# All .cpp files of the given folders, and the .cu files where CUDA is built. A file x_without_cuda.cpp stands in
# for x.cu in builds without CUDA, a file x_without_hdf5.cpp for x_with_hdf5.cpp in builds without HDF5.
function(starling_glob_sources target)
  foreach(folder IN LISTS ARGN)
    file(GLOB host_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp")
    file(GLOB device_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cu")
    if(STARLING_HAVE_CUDA)
      list(FILTER host_sources EXCLUDE REGEX "_without_cuda\\.cpp$")
      target_sources(${target} PRIVATE ${device_sources})
    endif()
    if(STARLING_HAVE_HDF5)
      list(FILTER host_sources EXCLUDE REGEX "_without_hdf5\\.cpp$")
    else()
      list(FILTER host_sources EXCLUDE REGEX "_with_hdf5\\.cpp$")
    endif()
    target_sources(${target} PRIVATE ${host_sources})
  endforeach()
endfunction()
