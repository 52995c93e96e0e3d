package backhaul.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;
import static org.junit.jupiter.api.condition.OS.LINUX;

import backhaul.transport.SocketTable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(value = LINUX, disabledReason = "sock_diag is Linux's")
class ReceiveBufferTest {
    static void requireSs() {
        assumeThatCode(() -> new ProcessBuilder("ss", "-V").start().waitFor())
                .as("ss (package iproute2) is needed")
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(ints = {16_384, 65_536})
    void itIsWhatTheKernelGranted(int asked) throws Exception {
        requireSs();
        try (DatagramChannel socket = DatagramChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, asked)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            InetSocketAddress address = (InetSocketAddress) socket.getLocalAddress();
            try (SocketTable table = SocketTable.open(SocketTable.PROC_NET, address)) {
                assertThat(table.look()).isTrue();
                // The kernel doubles what it is asked for, and Java halves it again.
                assertThat(ReceiveBuffer.of(address.getPort(), table.inode()))
                        .isEqualTo(2L * socket.getOption(StandardSocketOptions.SO_RCVBUF));
                assertThat(ReceiveBuffer.of(address.getPort(), table.inode() + 1))
                        .isZero();
            }
        }
    }

    @Test
    void itIsUnknownWhereNobodyTells() {
        assertThat(ReceiveBuffer.run(new String[] {"/nonexistent/ss"}, 7)).isZero();
        assertThat(ReceiveBuffer.run(new String[] {"echo", "ino:7 sk:1 skmem:(r0,t0)"}, 7))
                .isZero();
        assertThat(ReceiveBuffer.run(new String[] {"echo", "ino:77 sk:1 skmem:(r0,rb9)"}, 7))
                .isZero();
        assertThat(ReceiveBuffer.run(new String[] {"echo", "ino:7 sk:1 skmem:(r0,rb9)"}, 7))
                .isEqualTo(9);
    }
}
