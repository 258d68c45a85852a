#define _GNU_SOURCE
#include "CMalloc.h"
#ifdef __GLIBC__
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// An object that relocates its own text has pages there that are no longer the file's.
static int relocates_text(const struct dl_phdr_info *info) {
    for (ElfW(Half) i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
        const ElfW(Dyn) *entry = (const ElfW(Dyn) *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
        for (; entry->d_tag != DT_NULL; entry++) {
            if (entry->d_tag == DT_TEXTREL || (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL))) return 1;
        }
    }
    return 0;
}

// Drops the pages that lie wholly within the segments of one object that can't be written.
static int drop_read_only_segments(struct dl_phdr_info *info, size_t size, void *page_size) {
    (void)size;
    if (strncmp(info->dlpi_name, "linux-vdso", 10) == 0 || relocates_text(info)) return 0;
    const uintptr_t page = *(const uintptr_t *)page_size;
    for (ElfW(Half) i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W)) continue;
        const uintptr_t start = (info->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
        const uintptr_t end = (info->dlpi_addr + segment->p_vaddr + segment->p_filesz) & ~(page - 1);
        if (start < end) (void)madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

// The loader's lock is held meanwhile, so that nothing else can come to lie where a library was.
void drawbridge_drop_code(void) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    (void)dl_iterate_phdr(drop_read_only_segments, &page);
}
#endif
