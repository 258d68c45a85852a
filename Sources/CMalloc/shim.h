#ifndef DRAWBRIDGE_CMALLOC_SHIM_H
#define DRAWBRIDGE_CMALLOC_SHIM_H
#include <features.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#endif
