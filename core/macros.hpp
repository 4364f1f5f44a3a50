#pragma once

// Marks a function that both the host and the device run: one body, two backends.
#if defined(__CUDACC__)
#define STARLING_HD __host__ __device__
#else
#define STARLING_HD
#endif
