/*
 * Sends numbered datagrams at an even rate, takes them back at the other end of what is being measured, and says what
 * became of them: lost, twice, out of order, and how long they took.
 *
 *   load --run N --to PORT --from PORT[,PORT...] --rate N --size OCTETS --seconds N [--skip SECONDS] [--needed SINKS]
 *        [--tick US]
 *
 * Everything is 127.0.0.1. Each message is "<134>bench: RUN NUMBER TIME xxx..." of exactly SIZE octets, in which NUMBER
 * counts from 0 and TIME is the moment of the system call that sends it (CLOCK_MONOTONIC, ns), so a latency reaches
 * from there to the return of the call that receives it; generator and sink of one run share the clock. The first SKIP
 * seconds count for loss but not for latency. At the end: one line of KEY=VALUE for each sink, and one for the sender.
 *
 * With TICK it sends only so often, what has become due since: without it each message goes by itself, which at high
 * rates takes a processor away from what is measured.
 *
 * Messages of another RUN are strangers. It waits for the first NEEDED of the sinks; the others are read as well.
 *
 * One thread sends, one receives on all ports. Both use the batching system calls (sendmmsg, recvmmsg): what has become
 * due since the last call goes in one, at most BATCH. Ends by itself: no later than QUIET after the last message came.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64
#define MAX_SIZE 65507
#define MIN_SIZE 64
#define MAX_SINKS 64
#define MARK "bench: "
#define RUN_DIGITS 4
#define NUMBER_DIGITS 9
#define TIME_DIGITS 18
#define QUIET 2000000000LL  /* ns without a message after the last was sent, then the rest counts as lost */
#define LATEST 15000000000LL /* ns after the last was sent, then nobody waits any longer */
#define SINK_BUFFER (64 << 20)

/* Latencies in buckets 1/64 wide, from 1 ns on: no value is off by more than 1.6 %. */
#define SUB_BITS 6
#define BUCKETS (64 << SUB_BITS)

struct sink {
    int socket;
    int port;
    uint64_t received, repeated, unordered, strangers, next, last;
    uint64_t timed, worst;
    uint8_t *seen;
    uint32_t buckets[BUCKETS];
};

static int run, to, size, seconds, skip, sinks, needed, tick;
static double rate;
static uint64_t total;
static struct sink sink[MAX_SINKS];
static atomic_llong sent_last;  /* ns of the last send; 0 until then */
static uint64_t sent, late;
static long long begun;

static void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(2);
}

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void digits(char *at, int count, uint64_t value) {
    for (int i = count - 1; i >= 0; i--, value /= 10) {
        at[i] = (char) ('0' + value % 10);
    }
}

static int number(const char *at, int count, uint64_t *value) {
    *value = 0;
    for (int i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9') {
            return 0;
        }
        *value = *value * 10 + (uint64_t) (at[i] - '0');
    }
    return 1;
}

/* ------------------------------------------------------------------------------------------- sending */

static void *send_all(void *unused) {
    (void) unused;
    prctl(PR_SET_TIMERSLACK, 1);
    int out = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t) to)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (out < 0 || connect(out, (struct sockaddr *) &address, sizeof address) < 0) {
        die("UDP to port %d: %s", to, strerror(errno));
    }
    char *octets = malloc((size_t) BATCH * (size_t) size);
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    memset(messages, 0, sizeof messages);
    memset(octets, 'x', (size_t) BATCH * (size_t) size);
    size_t head = strlen("<134>" MARK) + RUN_DIGITS + 1; /* octets before NUMBER */
    for (int i = 0; i < BATCH; i++) {
        char *at = octets + (size_t) i * (size_t) size;
        memcpy(at, "<134>" MARK, strlen("<134>" MARK));
        digits(at + strlen("<134>" MARK), RUN_DIGITS, (uint64_t) run);
        at[head - 1] = ' ';
        at[head + NUMBER_DIGITS] = ' ';
        at[head + NUMBER_DIGITS + 1 + TIME_DIGITS] = ' ';
        parts[i] = (struct iovec) {at, (size_t) size};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    begun = now();
    while (sent < total) {
        long long at = now();
        uint64_t due = (uint64_t) ((double) (at - begun) * rate / 1e9) + 1;
        if (due > total) {
            due = total;
        }
        if (due <= sent) {
            long long next = begun + (long long) ((double) sent * 1e9 / rate) + 1;
            if (next < at + tick * 1000LL) {
                next = at + tick * 1000LL;
            }
            struct timespec until = {next / 1000000000LL, next % 1000000000LL};
            clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
            continue;
        }
        uint64_t behind = due - sent;
        if (behind > late) {
            late = behind;
        }
        unsigned count = behind < BATCH ? (unsigned) behind : BATCH;
        for (unsigned i = 0; i < count; i++) {
            digits(octets + (size_t) i * (size_t) size + head, NUMBER_DIGITS, sent + i);
            digits(octets + (size_t) i * (size_t) size + head + NUMBER_DIGITS + 1, TIME_DIGITS, (uint64_t) at);
        }
        int done = sendmmsg(out, messages, count, 0);
        if (done < 0 && errno != ECONNREFUSED && errno != EINTR) {
            die("sending to port %d: %s", to, strerror(errno));
        }
        sent += done < 0 ? 0 : (uint64_t) done;
    }
    atomic_store(&sent_last, now());
    return NULL;
}

/* ----------------------------------------------------------------------------------------- receiving */

static int bucket(uint64_t value) {
    if (value < (1 << SUB_BITS)) {
        return (int) value;
    }
    int shift = 63 - __builtin_clzll(value) - SUB_BITS;
    return ((shift + 1) << SUB_BITS) + (int) ((value >> shift) - (1 << SUB_BITS));
}

static double bucket_value(int index) {
    if (index < (1 << SUB_BITS)) {
        return index;
    }
    int shift = (index >> SUB_BITS) - 1;
    return ((double) ((index & ((1 << SUB_BITS) - 1)) + (1 << SUB_BITS)) + 0.5) * (double) (1ULL << shift);
}

static double percentile(const struct sink *s, double share) {
    uint64_t wanted = (uint64_t) (share * (double) s->timed + 0.5), count = 0;
    for (int i = 0; i < BUCKETS; i++) {
        count += s->buckets[i];
        if (count >= wanted && count > 0) {
            return bucket_value(i) / 1000;
        }
    }
    return 0;
}

static void take(struct sink *s, const char *message, size_t length, long long at) {
    const char *mark = memmem(message, length < 160 ? length : 160, MARK, strlen(MARK));
    uint64_t r, n, t;
    s->last = (uint64_t) at;
    if (mark == NULL
        || (size_t) (message + length - mark) < strlen(MARK) + RUN_DIGITS + 1 + NUMBER_DIGITS + 1 + TIME_DIGITS
        || !number(mark + strlen(MARK), RUN_DIGITS, &r) || r != (uint64_t) run
        || !number(mark + strlen(MARK) + RUN_DIGITS + 1, NUMBER_DIGITS, &n)
        || !number(mark + strlen(MARK) + RUN_DIGITS + 1 + NUMBER_DIGITS + 1, TIME_DIGITS, &t) || n >= total) {
        s->strangers++;
        return;
    }
    if (s->seen[n / 8] & (1 << n % 8)) {
        s->repeated++;
        return;
    }
    s->seen[n / 8] |= (uint8_t) (1 << n % 8);
    s->received++;
    s->unordered += n < s->next;
    s->next = n + 1;
    uint64_t took = at > (long long) t ? (uint64_t) at - t : 0;
    if ((long long) t - begun >= skip * 1000000000LL) {
        s->buckets[bucket(took)]++;
        s->timed++;
        if (took > s->worst) {
            s->worst = took;
        }
    }
}

static char *room;
static struct mmsghdr incoming[BATCH];
static struct iovec pieces[BATCH];

static void receive(struct sink *s) {
    int count = recvmmsg(s->socket, incoming, BATCH, MSG_DONTWAIT, NULL);
    if (count < 0) {
        if (errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED) {
            die("receiving on port %d: %s", s->port, strerror(errno));
        }
        return;
    }
    long long at = now();
    for (int i = 0; i < count; i++) {
        take(s, pieces[i].iov_base, incoming[i].msg_len, at);
    }
}

static int complete(void) {
    for (int i = 0; i < needed; i++) {
        if (sink[i].received < total) {
            return 0;
        }
    }
    return 1;
}

static void open_sink(struct sink *s) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t) s->port)};
    int wanted = SINK_BUFFER;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    s->socket = socket(AF_INET, SOCK_DGRAM, 0);
    if (s->socket < 0 || bind(s->socket, (struct sockaddr *) &address, sizeof address) < 0) {
        die("UDP on port %d: %s", s->port, strerror(errno));
    }
    /* The first is for root only, the second is cut down to net.core.rmem_max. */
    if (setsockopt(s->socket, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) < 0) {
        setsockopt(s->socket, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
    }
    s->seen = calloc(total / 8 + 1, 1);
}

static void receive_all(void) {
    struct pollfd ready[MAX_SINKS];
    for (int i = 0; i < sinks; i++) {
        ready[i] = (struct pollfd) {sink[i].socket, POLLIN, 0};
    }
    while (!complete()) {
        poll(ready, (nfds_t) sinks, 100);
        long long at = now(), done = atomic_load(&sent_last);
        uint64_t last = 0;
        for (int i = 0; i < sinks; i++) {
            if (ready[i].revents & (POLLIN | POLLERR)) {
                receive(&sink[i]);
            }
            last = sink[i].last > last ? sink[i].last : last;
        }
        if (done != 0 && (at - done > LATEST || (at - done > QUIET && at - (long long) last > QUIET))) {
            return;
        }
    }
}

static void numbers(char *list) {
    for (char *word = strtok(list, ","); word != NULL; word = strtok(NULL, ",")) {
        if (sinks == MAX_SINKS) {
            die("--from takes at most %d ports", MAX_SINKS);
        }
        sink[sinks++].port = atoi(word);
    }
}

int main(int count, char **words) {
    for (int i = 1; i + 1 < count; i += 2) {
        char *value = words[i + 1];
        if (!strcmp(words[i], "--to")) to = atoi(value);
        else if (!strcmp(words[i], "--run")) run = atoi(value) % 10000;
        else if (!strcmp(words[i], "--needed")) needed = atoi(value);
        else if (!strcmp(words[i], "--from")) numbers(value);
        else if (!strcmp(words[i], "--rate")) rate = atof(value);
        else if (!strcmp(words[i], "--size")) size = atoi(value);
        else if (!strcmp(words[i], "--seconds")) seconds = atoi(value);
        else if (!strcmp(words[i], "--skip")) skip = atoi(value);
        else if (!strcmp(words[i], "--tick")) tick = atoi(value);
        else die("unknown option %s", words[i]);
    }
    total = (uint64_t) (rate * seconds);
    needed = needed < 1 || needed > sinks ? sinks : needed;
    if (to < 1 || sinks == 0 || total == 0 || total > 999999999 || size < MIN_SIZE || size > MAX_SIZE) {
        die("--run N --to PORT --from PORT[,PORT...] --rate N --size %d..%d --seconds N [--skip N] [--needed N] [--tick US]",
            MIN_SIZE, MAX_SIZE);
    }
    for (int i = 0; i < sinks; i++) {
        open_sink(&sink[i]);
    }
    room = malloc((size_t) BATCH * MAX_SIZE);
    for (int i = 0; i < BATCH; i++) {
        pieces[i] = (struct iovec) {room + (size_t) i * MAX_SIZE, MAX_SIZE};
        incoming[i].msg_hdr.msg_iov = &pieces[i];
        incoming[i].msg_hdr.msg_iovlen = 1;
    }
    pthread_t sender;
    if (pthread_create(&sender, NULL, send_all, NULL) != 0) {
        die("no thread");
    }
    receive_all();
    pthread_join(sender, NULL);
    for (int i = 0; i < sinks; i++) {
        struct sink *s = &sink[i];
        printf("sink port=%d received=%llu lost=%llu repeated=%llu unordered=%llu strangers=%llu after_ms=%.1f"
               " p50=%.1f p90=%.1f p99=%.1f p999=%.1f max=%.1f\n",
            s->port, (unsigned long long) s->received, (unsigned long long) (total - s->received),
            (unsigned long long) s->repeated, (unsigned long long) s->unordered, (unsigned long long) s->strangers,
            s->received == 0 ? 0 : ((double) s->last - (double) sent_last) / 1e6, percentile(s, 0.5),
            percentile(s, 0.9), percentile(s, 0.99), percentile(s, 0.999), (double) s->worst / 1000);
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("sent count=%llu rate=%.0f latest=%llu cpu=%.2f\n", (unsigned long long) sent,
        (double) sent * 1e9 / (double) (sent_last - begun), (unsigned long long) late,
        (double) (used.ru_utime.tv_sec + used.ru_stime.tv_sec)
            + (double) (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    return 0;
}
