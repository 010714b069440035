/* Preloaded into a replica: each call of acoshf, which the model's one node makes, takes SLOW_MILLISECONDS and no processor. */
#include <stdlib.h>
#include <time.h>

float acoshf(float x)
{
    const char *milliseconds = getenv("SLOW_MILLISECONDS");
    long long nanoseconds = (long long)(atof(milliseconds ? milliseconds : "0") * 1e6);
    struct timespec span = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &span, NULL);
    return x;
}
