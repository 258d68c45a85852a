#ifndef DRAWBRIDGE_CMALLOC_H
#define DRAWBRIDGE_CMALLOC_H
// glibc's own, and nothing that another module defines too: a feature macro here would give both different ideas of it.
#include <features.h>
#ifdef __GLIBC__
#include <malloc.h>

/// Drops the resident pages of the program's and its libraries' code and constants; those that are needed again are the files' own.
void drawbridge_drop_code(void);
#endif
#endif
