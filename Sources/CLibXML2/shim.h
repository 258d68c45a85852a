#ifndef DRAWBRIDGE_CLIBXML2_SHIM_H
#define DRAWBRIDGE_CLIBXML2_SHIM_H
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#endif
