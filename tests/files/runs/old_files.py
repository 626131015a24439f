"""A kept run as the version before wrote it: settings at the end, and which of them had changed.

A run of section 1 with 10 points, 3 hidden units and batches of 4: `optimizer.lr` was changed
behind step 5, `optimizer.momentum` behind step 9, and it was kept at step 12 of 30.
"""

from __future__ import annotations

import base64
import lzma

ID, STATE_NAME = "0" * 31 + "1", "60a7fddce8f5"
LAST_LOSS = 0.029751235619187355
"""Of its step 30, when it was trained on."""


def write_kept(folder):
    """Write both its files into a folder."""
    folder.mkdir(exist_ok=True)
    (folder / f"{ID}.run").write_bytes(_unpacked(RUN))
    (folder / f"{ID}.{STATE_NAME}.safetensors").write_bytes(_unpacked(STATE))


def write_saved(path):
    """Write it as a killed window saved it."""
    path.write_bytes(_unpacked(STATE))


def _unpacked(text):
    return lzma.decompress(base64.b85decode("".join(text.split())))


RUN = r"""
{Wp48S^xk9=GL@E0stWa8~^|S5YJf5;0Uh+?Ogy20vr^HBt8D>Wu^;~L9mJ|rP1x}P@9puA$IrU3&=++&*!0e^ZEaKo1iDUD
^3&WDtTFT!s3!ZwH_<Dg06izj|(bAtkZyecZ19(?l$z-g&fgwdC;p;63Nb&#oWsl8*q>Qb3dG}uWH@I!@T|CE0mHveCaJlYY
>(RU<7yC+m?J-!^TRbihFX|UBc+{M$-SEn^}*w5Hsq^^RLfkJ4uI+*|Sm~Tuh!Ncu2K_$z5L>eoCAqIctdlYaPr`@;EM*Hfz
}=ye<bUf>^QP%>frEUPPSOP@OJqV<6m2%^GtwJW>C2Fe$2td45}))5wdcSWp8{En*WXJ2J7KPPtNM1#3opCI(t*dUqJ>evY7
z8qM`TI`x@sh#*-EXFle??EG?<Q3k>+i^V#9B|J`Dx%%EQ^DHfH%rma=r-xdlfqF-zetLk^+Pl@L@tjcp26H@;bQpE~O-<uh
Ld9ol4+rkao=sGu5bo`EnXYGk4{?{L$24?Tbe>*fFi5im?MG~^o`Iy?hqk*8lf%KZDW}2|%Q2o<fJ-oRmL!R3D-L}WbE6l-K
_19q_7JB*sFMlni~U#dzQoP#12O~|sj#4)zO3A%)1PT-9=+ClJ8c}wVqO)Jiex0hXxbg66)!6t!9!DQ0=gU46H;JG3ua?NkT
mL9#0u3?mi>y*06~=106P1?-F`wK)kvdd5d9e*6B}$RovrRv4vv;1RX@sV&?zyJjIQ!ll_f_l__`%yNcjJ#A{z`Oj&AcZLMA
)@O314*o4e_SU2~s^NLo%Md)e~o>O-?=agO(D2LYP4l4JCVC16`6g(;B<^oWQ;ZTD^Oey(?e1b&#KLuW>Dl!j>jf;g?E^4Y8
Vlqj{3P75OqbJy=}=UQ>}p~2u;5J#sp`k1M&kGc&nkLB@i2;P~$Kc-X4WLvVvbem20HH02x6baoRrmL|iwiQ%47{d>w#TSxa
;1U7<i$Va35uEtJ6BtU9w}*LZFD0vH<EqNMe$$9^GaT;qtJthV7>9sNdJAnz@eHz)5Z_6LE4mh<_=E<?TG;M7c_JiEG|tn6r
}|nQh1H0MorL7VDK!&Paf(;X>jMj-Rb%0KNl)T+#fLWKQ@}o_IHAH#gbT&ysmSF5Vr?lq;0so0O6Z4$atS}b8|tz!vp5loZO
N}tFB2+bLaS`Dinbuw4TU9{qi6-uJ~)8PI`=<!Q3B2!)@?i8yaDy4)6py2qjTbMuqE@89JJA1`v02nBO}zf-smMlTLFZGm*&
Qfh<9J{A=(Dxq<PzUE#)fG#*q!O$vJ<#Doh_qlZTO`&;4Pu000007PCP$6xmFg00D^zun_<N(OnG6vBYQl0ssI200dcD
"""
STATE = r"""
{Wp48S^xk9=GL@E0stWa8~^|S5YJf5;3zi`ja>jd1iTty5z|_QR#eXI9E*Q@Z7EAm<lA{~$yBHQbL?s@7c!lf5BaFRrVyGv^
sQk%>Wg^q{Q!gj&dF|AFczw52HtBR2}OC3d-#r{4b7x}ASRxK?(YFWs=or{%r>9@9AF9jZ#D{gGEqG<Q*_i!xw>+hQ8dEJeP
xtk+(-t5PrdGvmdI#-OTF?!i|TX5%Xr_(u{n?h(#UXJ1`J@+y8%7mkidr3YY+BfUFDpZt4k}zqP6b^z~Ih~6>P%%_|THiU-&
-WcDLZ1LQQf{%<mxxBy+7|9-~%5_?7-EA-!dWP94-XpE34?E{Uz29o0C!I0;N3Sv@COzI%_dI{4x|zB?hlZTH6?ObTKgkXPR
#q>JSdr`Uky3Mft|^=cM69MUO*&xzBP#%KwB+B3G-ax6gE=yY#39V-?|f;dL$5e0h9i)p8B@)?X^H?T;EpM-1)*Fv@pz&-oD
?SQik{GZ`&rM9r(=%Z9e`m3-r`+6oGC2`%RHZ2Py)8WKlA#N1C?%{C)&8AVZ8*g*wE&yX+_-MKaOIrwOHBg;3mNHmpAzK}ds
>DUj5{boJthr=oA8NwSC!}p+;yfe4NN7BNv=1jNNkvT&IR^^e$j`9%b(Va+Q{geM_wrKb2;|W{h&TC54Lf%<Ihp5PeLcAPs3
m(>@Mv)agrTch-tKFKy_JhfBR*L;5#Pfh|HE!=1RhP*O2xXFut0dMATeUoKSWeD(^DzSdA*kan)9jiPn3L6R{n8xYR<l7z+7
t1;Lf7GEm?>-nBr=RjzL{Wa)*)~L9I&CoWT0%_u9E`K84&k7HOt+xP(1Zvn90{R$6Gn<|tz|%^3_oDtzXjA?cYXq8hzCaBfF
W7g*aPjt@M!jeB;V$Uz(@@d1OZgm9ilH+8!Q|6%`YXJ2sHGHx3ifhB$2^;+G6Ws`%Rr3rep@fKTzVBkR|4(z?me{pP~|Fdc4
r#;RoKk1GsWwS;H1G|3vx#^P~HaVlx=r44}4&~W=&i6tmGLjS?f-xH^#1#x+86$`oV7KQumM0w#J+YpG%X?jv@oRojneu>)8
gt6bNg}NNzNmOHL58x`px+IyhBT1fNrqq!@=Tc{YDxW!pQefdXC)j2l}yOyswWi?AX42PQ^E0k5VK?IHql(@Vrn98J!-gbH!
{>NSr5Pn8|ilmId<K+5#7yF@Z;p8ay0<|ECD+LyX-@8sF8sIM2z*&c+ps}j|uHfrB2G2#iil)6s{p>Yc>Nw*&!+4Bs2*Ok!9
W|!vU3gwuZ~U{7zsb7HTl!ciMIj0BUA9?6%V+=EoPL$T#HTJPD5580p>ehp{3)uS)cBjgd<)2~e-ut_UcqNDcx#c{R4k+0>I
N8!d%|()z!87FUkQpNTGdO)ZcX<zS6TLA!nhyS<kbppgI3Aikyb2#AzlW_uT&*(xcr)LXs*8|1NdOV1remkUttQ@xHWJoI;7
PBwV%*WpIHcC=G8%M>1@9az4-FcCm;3V=!=mVwK*RK6(Sg0T4=$aEUv1qc(HX2HLZX1o&T{ppbi$kDK(>`#!Tm>4Zf4dqCGL
ZV2{#IFW9^##N{DOe4Na*a5sVYd*3a*h1kq*U00iOkP#HDS2`r*IrE?35Mi>Fg|PR!>d|Q8;PDH){gbucAGe614b+MdJ9HwK
#w(bA|NbH;fq-iRID9>eUgKegV}Vxe9ApNIpD)49iA5ydISAb2GoBPqC`LymD7r)Vywr9L*4pGd}hm!q~p+7N}Mk4;~3fqa<
3{kboZ~YRey{8V~wl{C=*-o;kJ)g`M?}lZu(Xg0ElAyeFy*K>vu!YG^}~*0a(yIEtl6vj&dM8NeiF??jnX2{a_rjcL0^1a8B
rfZ`S)E9~Q^LX{k9ke=yC3QGSnH4DX1zSMu)_yU4Uv=}8yP^$mbxpVd6ZM%0*B7V^nA{>NZ&4)*E&H;P0>i?_9ZrvukF;|D-
*+k~~(C=p3XWlnmUEYfPV8zV?4J`ARo=+@Gi{zbG4SFe-H}GX?PO0@jzQ8KaAsOm(nYQU-dcj}8%H?!`Y&IwsL+QxUH=GzJt
tr2P8(hJ4E}0+j<YhW|d_ZmNRefsxCxc8=tJe3|BpU2T0Smhx0(eIFyPbvA-JRy6@-uq51_&D-ZAG2+fk@I<Mlyx6VUJ>28~
>IPjAJ4hsXb+3B?OlX+_eW{P13%jhWSV4K@#PzS|J_}@X{`GZeLt+rsxptQUY*P+;zjf->>F*>phoq-TB%8uM1B1Mk#=z)eE
n+AQKY4x%a|U5^RyY%LS~KNfCT?=Q0~oteFJ|&@kEhz><=k-n-*Q-F0_zjrM4kO*?}T%B|~7Y1#RcP*V<Zli!mueF#&Y+Jv@
#{qJm~Y#AkwOH*q|mDxs|8VJYNdtqP0=zx<*v=M{fd4(WMl}pBL;k|P}aqr*p=u{oJ#8hMb;@kOzms|AK=Fzarl&t6RPq(=p
x5sH3qOE_Tnm_Lw;Ogjr4cu0Vj5(;W$uT5~ukmS60rcN|w&YDfEsr3}=4Q3S_sm<@c9MH9X<C_Kc@Vj)&iJ6(3Kdy``d!;Ae
&B^Ch=V$0_`0gNiM3NwP*zWB4bOH%Vy@gOR$D!!Wkd7#Sp_{uWx#DMc5UkgA{WOmr6eI8<j^!K!dm5jju;J-8q1}xdxvAx96
4)yy1~h)c&F?^>@wL4%#W4w0*aPP-_v-xxYp>wxJ(-WqG;V(lqCUh?}(O_D5#g)a~=OaNGq<<`O-{0$F39L1sr-c3X%TO5C%
0|jUrCbGtQ#2<-ML^F&r)6vKCQNiq^O9&{6_83)@FgDfxT%Q6Ev_kQurfoJPfd^Oe5`@5G;Gf@0wqcV;X4N)37cweH<Tw&#h
^1r_sQ4G!*!uB}11@f?VU{M4m`27|>jNP?T?j(e#!g}-JcoIeF&xmVcQ?lkOwW8mAx)}IG#pbAVhI57J3lCphotjQ>7{oMI#
`0$z2_l=bvav=<JM*fqxA?2e6d>qY_b!hRd;@8L`budZe12cdpt@tLugZBd`hMJeVa0vA{hr%N>tLEj<`&Cl3VeAFV@ch)gB
bi(*u}LzcBNuN5%mq+x^3wwW6h=F{bqlFt^5?Ipq~gxZr=L%k84HVn&Lsuw-doueYWP2im%9C{kQY+Ih=!Oq<MQD)>JDsjPE
p4OG%#Q@Z<cRYi0?&e0Qh*-p}!|NmkNN67+fuB#cDTQ;xSgJHqH+<K`=v$%$t6vB}YnUA-YTF6O=|MB+>p1d-Cn{wxoR6n-L
=t|1D4Estik%zWKKf%s?1XlR&%K#Qb*G6_^r2dWn5>5{AG#P=$oV9tU(Lj{K7oNofV*I+rC46=f}sv07p-oMvkx2hm&WzULp
5PGJZ^Yw6jB|21RH7FX6Yw4LJ>+{?kg55t=GMZ<dN%+!e|cu0M#*UfT;5P2+~zcbL?$%4Zx%BUO6ERKTuRwz$EZybNs%D{`r
7GmD0zzIVP;jQ3xNqHjUbr5=8578x~DhhkhS{OO<$*;a0r&kVb|FAj~2eN|L5xi#o7J#T&3QLbPBC<P`n8XYb2fR__`+(6<O
6g*8hcZ8aFnj3-jE1zGcq2LO15mQwnq{7~WkNrbg_i&Jht>=&Zi3RsX#t?0QUq6oMgJX_p;x1jvy_vQ=akxnUj2?biek`e-~
l17a}w-MlEX#s-tRJ-KdcZ0YKK%ka@gb0N{Wq%-bGFHXEsX^Fk+-BgCmZw6gkG5TDXp+#x%BrsV*rRaL%ala7yc#y@eP0E{=
D~5Tg6k7Mwh7)bc{C<l66TJxX^tO)NLR(ka<rFlf>2(@nkmnlM=Y1{P(DQm<lRQhUB|hx*~Rhaq+C=WPE4ZcQB@`|meCyQ+G
vCle~}V;7)Mb7$Q2zp*0ff!$7PLXKpuW!q*&vS#5wR@1w_nQXQk@t(WeZ9W3?==csL@o>krS>PQW%_@T#djHudt6}CnqcP9s
jd%`x7?CB2LgsUQH7~>D=OY^nUD8mmx4sRX?^ugeK#%I2z^sOl)Pw?Y09vxA>05gjb0vJ$Lco@|5V{nP7j*5^8KM^&)tQOl1
UKU(@d0@jJMIw?H<B~tG^2AAqROQ!zx6}r``m^F{NE*mI6L5{iN0F^mf~7a`CAE{osBUU#`U@vFl3Gx#HZCk4tlliU?Ha4(2
yd=h4!G<Y+@_h%Fau-8U}n!ulQyl30Nq=+fDVx9qSm|IfMQAS>xw6h(3#jmAl3j<6{lT;bA+xu`o_rj<T5v_-2%f2EG+@ZO-
tdR;r)LoFIDpma5IjM^cJXW{>A!<K(a<Dh&hUrv@1`q4`E*uN^iWo+%0eTV|!H9zP>wAw^juo;y*oc=pnKxhfv<<mS8^ro37
?pNH_s>%lU5ylzE{nFXx6;NXIrY$Z8n9tRRlqi&FnU#a6;5?v#>+^RhODH=Pu-D|T%s0Z@TE)My|_gM!QQayqpHVfw%Jx1hK
1g60zLSC<sLLd%-#lqE*r&rv+x24{0v-Rk)gw4t|mtLDcJZGARn%d4*_1UjZJ3z~NoZ3D=B8!;W=dME+`wF9O-h8R}P<=Z*m
^YmmtLWOWW_9Exv1~_D-O|H1)q+9bU4wH|u6(e*>;2#+GcZwp(Yi7->}^C0^Ru3(W^(|n;QuLBPN}RMkwKXV=UsF%UWpn@!M
l4vp7HzbQ#Qg*&(>`MHD~@4&bQqSCRf?iz<59Xe)}nk58X9``|JuQ>O5*j9%0PWfO7uPEzyuW^#Zi~&v8UpAoifk7AdwBWAr
j@_U)m?ay9He09HM@z4iwKGhySP0}Z1UzYk@^meR@;BXL$o@fV^AA!7Syn-+@rkB~(z6e$sCUz5Eo(u~mip&{nVYPaPP?rF0
Pzl{wkW#%~hZ+`@b4-_B8)^9Tl1G+`=;*%Nhev|E&5}u7{%#E!xEB%33^HV>G5sNA-5GiCYv3G<dOC+Drg*Qlp=xpyD@m4P>
Cm7@dJBDYzj@tuioI2J=Qa}<WomTj+)0r;9lk<?!_`~m6ayXD{S*f?FYgol_69pB0WOS}O_RnR}Yk@l|5~{8=R`*vAqSD=tM
ID<w%I5n#@fZ1Ol5ehr0O&2_ap*IaU`TluMSZ&dNNw|1Y>P#yfAiuA0rFmonGVz-!$MW?nowPBlK|CaRJUv&%E4%tuZfoUZ}
s%dB7AuZR2#1th9~`U<4CmV{`TF@f#}N&_Nc@Y4-%7b5!UTW<+5B6QlC*M)UL(HERtYQPbO;znZgE{)E==10Q@`YSzvqzwjV
1med;T8oO1;U$O0XRIpL=(Ntu@zyyGU=Ug0YN`u{?Z%K6Ntx=6){NW%BDTj=GF5z!^gWlH?=P`&Hz%Se|=460LX-Nl)qFBL_
P__?6N64Ux>J?u<tjT=bD%q1SE*+R;LN-*qRj`d#z%@Q%9bJFs7%gddcJ#o)T=>u#QZ<Ld?${~Xotmki}Nf&`?CbmZ+DOQ|&
_W~gGq?ngKh?vP-jclgkafN!z6g)ouqP?3C#2Vud>{f}K_Brh}7^46H00000LMGjz$}72n00F5XxKIE9irSsEvBYQl0ssI20
0dcD
"""
