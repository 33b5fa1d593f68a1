import java.util.HexFormat;
import java.util.List;
import javax.smartcardio.Card;
import javax.smartcardio.CardChannel;
import javax.smartcardio.CardTerminal;
import javax.smartcardio.CommandAPDU;
import javax.smartcardio.TerminalFactory;

/** Lists the readers and sends the card in the first one each APDU of the command line. */
class CardTalk {
    public static void main(String[] apdus) throws Exception {
        HexFormat hex = HexFormat.of();
        List<CardTerminal> terminals = TerminalFactory.getDefault().terminals().list();
        for (CardTerminal terminal : terminals) {
            System.out.println("reader " + terminal.getName());
        }
        Card card = terminals.get(0).connect("*");
        System.out.println("atr " + hex.formatHex(card.getATR().getBytes()));
        card.beginExclusive();
        CardChannel channel = card.getBasicChannel();
        for (String apdu : apdus) {
            byte[] answer = channel.transmit(new CommandAPDU(hex.parseHex(apdu))).getBytes();
            System.out.println("answer " + hex.formatHex(answer));
        }
        card.endExclusive();
        card.disconnect(true);
    }
}
